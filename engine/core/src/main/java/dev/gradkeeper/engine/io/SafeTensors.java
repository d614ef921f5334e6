package dev.gradkeeper.engine.io;

import dev.gradkeeper.engine.io.SafeTensorsHeader.Entry;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Named tensors in the <a href="https://github.com/huggingface/safetensors">safetensors</a> format:
 * eight bytes of header length, a JSON header padded to eight bytes, and the tensors' little-endian
 * bytes without gaps.
 *
 * <p>The same tensors always make the same bytes: they are ordered by dtype, the widest first, then
 * by name, as the reference implementation does, and metadata by key.
 *
 * @param tensors by name
 * @param metadata free text by key, e.g. {@code format: pt}
 */
public record SafeTensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
  private static final int LENGTH_BYTES = 8;
  private static final int ALIGNMENT = 8;

  public SafeTensors {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  /** Without metadata. */
  public SafeTensors(Map<String, Tensor> tensors) {
    this(tensors, Map.of());
  }

  /** Writes the file; the stream is not closed. */
  public void write(OutputStream out) throws IOException {
    List<Map.Entry<String, Tensor>> ordered =
        tensors.entrySet().stream()
            .sorted(
                Comparator.comparing(
                        (Map.Entry<String, Tensor> entry) -> rank(entry.getValue().dtype()))
                    .thenComparing(Map.Entry::getKey))
            .toList();
    LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();
    long offset = 0;
    for (var named : ordered) {
      Tensor tensor = named.getValue();
      long end = offset + (long) tensor.count() * tensor.dtype().bytes();
      entries.put(named.getKey(), new Entry(tensor.dtype(), tensor.shape(), offset, end));
      offset = end;
    }
    byte[] header = SafeTensorsHeader.write(entries, metadata, ALIGNMENT);
    out.write(littleEndian(LENGTH_BYTES).putLong(header.length).array());
    out.write(header);
    for (var named : ordered) {
      out.write(bytes(named.getValue()));
    }
  }

  private static int rank(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> 0;
      case FLOAT32 -> 1;
      case INT32 -> 2;
      case UINT8 -> 3;
    };
  }

  private static byte[] bytes(Tensor tensor) {
    ByteBuffer bytes = littleEndian(Math.multiplyExact(tensor.count(), tensor.dtype().bytes()));
    switch (tensor.dtype()) {
      case FLOAT64 -> bytes.asDoubleBuffer().put(tensor.toDoubleArray());
      case FLOAT32 -> bytes.asFloatBuffer().put(tensor.toFloatArray());
      case INT32 -> bytes.asIntBuffer().put(tensor.toIntArray());
      case UINT8 -> {
        for (int value : tensor.toIntArray()) {
          bytes.put((byte) value);
        }
      }
    }
    return bytes.array();
  }

  /**
   * Reads a whole file, from the buffer's position to its limit, onto the CPU.
   *
   * @throws SafeTensorsException if it is not valid, or has tensors of a dtype that the engine has
   *     not
   */
  public static SafeTensors read(ByteBuffer file) throws SafeTensorsException {
    ByteBuffer in = file.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < LENGTH_BYTES) {
      throw new SafeTensorsException("the file is cut off before its header");
    }
    long headerLength = in.getLong();
    if (headerLength < 0
        || headerLength > SafeTensorsHeader.MAX_BYTES
        || headerLength > in.remaining()) {
      throw new SafeTensorsException(
          "header of %s bytes, in a file of %d, at most %d"
              .formatted(
                  Long.toUnsignedString(headerLength), in.limit(), SafeTensorsHeader.MAX_BYTES));
    }
    byte[] header = new byte[(int) headerLength];
    in.get(header);
    SafeTensorsHeader parsed = SafeTensorsHeader.read(header, in.remaining());
    int data = in.position();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (var named : parsed.entries().entrySet()) {
      Entry entry = named.getValue();
      int length = (int) (entry.end() - entry.begin());
      ByteBuffer bytes = in.slice(data + (int) entry.begin(), length);
      tensors.put(named.getKey(), tensor(entry, bytes.order(ByteOrder.LITTLE_ENDIAN)));
    }
    return new SafeTensors(tensors, parsed.metadata());
  }

  private static Tensor tensor(Entry entry, ByteBuffer bytes) {
    Tensor tensor = Tensor.zeros(entry.dtype(), entry.shape());
    int count = tensor.count();
    Object values =
        switch (entry.dtype()) {
          case FLOAT64 -> {
            double[] out = new double[count];
            bytes.asDoubleBuffer().get(out);
            yield out;
          }
          case FLOAT32 -> {
            float[] out = new float[count];
            bytes.asFloatBuffer().get(out);
            yield out;
          }
          case INT32 -> {
            int[] out = new int[count];
            bytes.asIntBuffer().get(out);
            yield out;
          }
          case UINT8 -> {
            byte[] out = new byte[count];
            bytes.get(out);
            yield out;
          }
        };
    tensor.device().write(values, 0, tensor.view().storage(), 0, count);
    return tensor;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
