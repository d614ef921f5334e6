package dev.gradkeeper.engine.io;

import dev.gradkeeper.engine.kernel.DType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The JSON header of a safetensors file.
 *
 * @param entries by name, in the file's order
 */
record SafeTensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  /** Bytes begin … end-1 of the data hold the tensor. */
  record Entry(DType dtype, int[] shape, long begin, long end) {}

  static final int MAX_BYTES = 16 << 20;

  private static final String METADATA = "__metadata__";
  private static final int MAX_DIMENSIONS = 16;

  static byte[] write(Map<String, Entry> entries, Map<String, String> metadata, int alignment) {
    StringJoiner json = new StringJoiner(",", "{", "}");
    if (!metadata.isEmpty()) {
      StringJoiner pairs = new StringJoiner(",", "{", "}");
      metadata.forEach((key, value) -> pairs.add(quote(key) + ":" + quote(value)));
      json.add(quote(METADATA) + ":" + pairs);
    }
    entries.forEach(
        (name, entry) ->
            json.add(
                "%s:{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(
                        quote(name),
                        name(entry.dtype),
                        Arrays.toString(entry.shape).replace(" ", ""),
                        entry.begin,
                        entry.end)));
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(text, Math.ceilDiv(text.length, alignment) * alignment);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return padded;
  }

  static SafeTensorsHeader read(byte[] header, long dataBytes) throws SafeTensorsException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
    } catch (CharacterCodingException e) {
      throw new SafeTensorsException("the header is not UTF-8");
    }
    SafeTensorsHeader read = new SafeTensorsHeader(new LinkedHashMap<>(), new LinkedHashMap<>());
    HeaderJson json = new HeaderJson(text);
    json.object(
        name -> {
          if (name.equals(METADATA)) {
            json.object(key -> read.metadata.put(key, json.string()));
          } else {
            read.entries.put(name, entry(name, json));
          }
        });
    json.end();
    read.checkOffsets(dataBytes);
    return read;
  }

  private static Entry entry(String name, HeaderJson json) throws SafeTensorsException {
    List<String> dtype = new ArrayList<>();
    List<long[]> shape = new ArrayList<>();
    List<long[]> offsets = new ArrayList<>();
    json.object(
        field -> {
          switch (field) {
            case "dtype" -> dtype.add(json.string());
            case "shape" -> shape.add(json.integers(MAX_DIMENSIONS));
            case "data_offsets" -> offsets.add(json.integers(2));
            default ->
                throw new SafeTensorsException(
                    "tensor '%s': unknown field '%s'".formatted(name, field));
          }
        });
    if (dtype.isEmpty() || shape.isEmpty() || offsets.isEmpty() || offsets.getFirst().length != 2) {
      throw new SafeTensorsException(
          "tensor '%s': needs dtype, shape and two data_offsets".formatted(name));
    }
    DType type = dtype(name, dtype.getFirst());
    int[] sizes = new int[shape.getFirst().length];
    long bytes = type.bytes();
    for (int d = 0; d < sizes.length; d++) {
      long size = shape.getFirst()[d];
      bytes = size > Integer.MAX_VALUE || bytes > Integer.MAX_VALUE ? Long.MAX_VALUE : bytes * size;
      sizes[d] = (int) size;
    }
    long begin = offsets.getFirst()[0];
    long end = offsets.getFirst()[1];
    if (bytes > Integer.MAX_VALUE || end - begin != bytes) {
      throw new SafeTensorsException(
          "tensor '%s': shape %s of %s does not fit its data_offsets [%d,%d]"
              .formatted(name, Arrays.toString(shape.getFirst()), dtype.getFirst(), begin, end));
    }
    return new Entry(type, sizes, begin, end);
  }

  private void checkOffsets(long dataBytes) throws SafeTensorsException {
    long expected = 0;
    for (Entry entry :
        entries.values().stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList()) {
      if (entry.begin != expected) {
        throw new SafeTensorsException("tensors overlap or leave a gap at byte " + expected);
      }
      expected = entry.end;
    }
    if (expected != dataBytes) {
      throw new SafeTensorsException(
          "tensors take %d bytes, but the file has %d".formatted(expected, dataBytes));
    }
  }

  private static String name(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "F32";
      case FLOAT64 -> "F64";
      case INT32 -> "I32";
      case UINT8 -> "U8";
    };
  }

  private static DType dtype(String tensor, String name) throws SafeTensorsException {
    for (DType dtype : DType.values()) {
      if (name(dtype).equals(name)) {
        return dtype;
      }
    }
    throw new SafeTensorsException(
        "tensor '%s': dtype %s; only F32, F64, I32 and U8 can be read".formatted(tensor, name));
  }

  private static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> out.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
      }
    }
    return out.append('"').toString();
  }
}
