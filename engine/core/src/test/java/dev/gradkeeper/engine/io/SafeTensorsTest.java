package dev.gradkeeper.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {
  private static byte[] write(SafeTensors file) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    file.write(out);
    return out.toByteArray();
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  @Test
  void bytesAreThoseOfTheFormat() throws Exception {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("weight", Tensor.of(new float[] {1, -2}, 1, 2));
    tensors.put("bias", Tensor.of(new float[] {0.5f}));
    tensors.put("scale", Tensor.of(new double[] {3}));
    byte[] written = write(new SafeTensors(tensors, Map.of("format", "pt")));

    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"scale\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},"
            + "\"bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},"
            + "\"weight\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[12,20]}}";
    ByteBuffer bytes = ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN);
    long headerLength = bytes.getLong();
    assertThat(headerLength % 8).isZero();
    assertThat(new String(written, 8, (int) headerLength, StandardCharsets.UTF_8))
        .startsWith(header)
        .matches(text -> text.substring(header.length()).isBlank(), "padded with spaces");
    bytes.position(8 + (int) headerLength);
    assertThat(bytes.getDouble()).isEqualTo(3);
    assertThat(bytes.getFloat()).isEqualTo(0.5f);
    assertThat(bytes.getFloat()).isEqualTo(1);
    assertThat(bytes.getFloat()).isEqualTo(-2);
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @Test
  void readsWhatItWrote() throws Exception {
    Tensor bytes = Tensor.full(200, DType.UINT8, 3);
    Map<String, Tensor> tensors =
        Map.of(
            "a \"quoted\"\n\u0001 näme", Tensor.of(new float[] {Float.NaN, -0f, 1e-40f}, 3, 1),
            "f64", Tensor.of(new double[] {Math.PI}, 1, 1),
            "i32", Tensor.of(new int[] {-1, Integer.MAX_VALUE}),
            "u8", bytes,
            "scalar", Tensor.scalar(7),
            "none", Tensor.zeros(0, 4));
    byte[] written = write(new SafeTensors(tensors, Map.of("b", "2", "a", "1")));
    SafeTensors read = SafeTensors.read(ByteBuffer.wrap(written));

    assertThat(read.metadata()).containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
    assertThat(read.tensors()).containsOnlyKeys(tensors.keySet());
    tensors.forEach(
        (name, tensor) -> {
          Tensor other = read.tensors().get(name);
          assertThat(other.dtype()).isEqualTo(tensor.dtype());
          assertThat(other.shape()).containsExactly(tensor.shape());
          assertThat(other.toDoubleArray()).containsExactly(tensor.toDoubleArray());
        });
    assertThat(write(read)).isEqualTo(written);
  }

  @Test
  void readsOtherWritersHeaders() throws Exception {
    byte[] file =
        file(
            " { \"b\" : {\"data_offsets\":[4, 8], \"shape\":[], \"dtype\":\"I32\"} ,"
                + "\"\\u0061\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}   ",
            8);
    file[file.length - 4] = 9;
    SafeTensors read = SafeTensors.read(ByteBuffer.wrap(file));
    assertThat(read.tensors()).containsOnlyKeys("a", "b");
    assertThat(read.tensors().get("b").item()).isEqualTo(9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{}|1|take 0 bytes, but the file has 1",
        "[]|0|not valid JSON at character 0",
        "{\"a\":1}|0|not valid JSON",
        "{\"a\":{}}|0|needs dtype, shape and two data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":\"\"}}|4|unknown field 'x'",
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}|2|dtype F16",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}|4|does not fit",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}|4|not valid JSON",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[01],\"data_offsets\":[0,4]}}|4|not valid JSON",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|8|leave a gap at byte 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|5|but the file has 5",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4000000000,4000000000,4000000000],\"data_offsets\":[0,4]}}|4|does not fit",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[999999999999999999999],\"data_offsets\":[0,4]}}|4|not valid JSON",
        "{\"__metadata__\":{\"a\":1}}|0|not valid JSON",
        "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}|0|'a' comes twice",
        "{\"a|0|not valid JSON",
        "{} x|0|not valid JSON at character 3",
      })
  void refusesInvalidHeaders(String header, int dataBytes, String message) {
    assertThatThrownBy(() -> SafeTensors.read(ByteBuffer.wrap(file(header, dataBytes))))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesHeadersLongerThanTheFile() {
    byte[] file = file("{}", 0);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE);
    assertThatThrownBy(() -> SafeTensors.read(ByteBuffer.wrap(file)))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("header of 9223372036854775807 bytes");
  }

  @Test
  void truncationAndNoiseAreRefusedByItsOwnException() throws Exception {
    byte[] whole =
        write(new SafeTensors(Map.of("a", Tensor.ones(3), "b", Tensor.ones(DType.FLOAT64, 2))));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThat(catchThrowable(() -> SafeTensors.read(ByteBuffer.wrap(cut))))
          .isInstanceOf(SafeTensorsException.class);
    }
    Random random = new Random(2);
    for (int i = 0; i < 5000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Throwable thrown = catchThrowable(() -> SafeTensors.read(ByteBuffer.wrap(damaged)));
      if (thrown != null) {
        assertThat(thrown).isInstanceOf(SafeTensorsException.class);
      }
    }
  }
}
