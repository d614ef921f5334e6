package dev.gradkeeper.engine.opencl;

import static org.lwjgl.opencl.CL10.CL_DEVICE_NAME;
import static org.lwjgl.opencl.CL10.CL_DEVICE_VERSION;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Kernels that a device has compiled, in memory and in a folder, by driver, options and source: a
 * new driver or source is another file. A folder that cannot be read or written costs time alone.
 */
final class Binaries {
  private static final System.Logger LOGGER = System.getLogger("dev.gradkeeper.engine");

  private final ClDevice device;
  private final String options;
  private final Path folder;
  private final Map<String, byte[]> compiled = new ConcurrentHashMap<>();

  Binaries(ClDevice device, Tuning tuning, Path folder) {
    this.device = device;
    this.options =
        "-cl-std=CL1.2 "
            + tuning.options()
            + (device.dividesExactly() ? " -cl-fp32-correctly-rounded-divide-sqrt" : "");
    this.folder = folder;
  }

  String options() {
    return options;
  }

  /** The OpenCL C of a family, with what all share in front of it. */
  static String source(String family) {
    return resource("common") + resource("tile") + resource(family);
  }

  private static String resource(String name) {
    try (InputStream in = Binaries.class.getResourceAsStream(name + ".cl")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What an earlier {@link #put} kept, or null. */
  byte[] get(String source) {
    byte[] binary = compiled.get(source);
    if (binary == null && folder != null) {
      try {
        binary = Files.readAllBytes(file(source));
        compiled.put(source, binary);
      } catch (IOException _) {
        return null; // not there yet, or not to be read: the source is built
      }
    }
    return binary;
  }

  void put(String source, byte[] binary) {
    compiled.put(source, binary);
    if (folder == null) {
      return;
    }
    try {
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, "kernels", ".part");
      Files.write(part, binary);
      Files.move(part, file(source), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOGGER.log(Level.WARNING, "Compiled kernels cannot be kept in {0}: {1}", folder, e);
    }
  }

  /** Forgets a binary that the driver did not take. */
  void remove(String source) {
    compiled.remove(source);
  }

  Path file(String source) {
    String key =
        String.join(
            "\n",
            device.driver(),
            device.text(CL_DEVICE_NAME),
            device.text(CL_DEVICE_VERSION),
            options,
            source);
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return folder.resolve(HexFormat.of().formatHex(hash) + ".bin");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
