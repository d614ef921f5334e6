package dev.gradkeeper.service.startup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.springframework.util.FileSystemUtils;

/**
 * The service's folder, held by one process at a time. The lock is the operating system's: a killed
 * process leaves none behind.
 */
public final class Home implements AutoCloseable {

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path folder;
  private final FileChannel lockFile;

  /**
   * @throws StartupRefusedException if another process holds the folder, or it cannot be written
   */
  public Home(Path path) {
    folder = path.toAbsolutePath().normalize();
    try {
      Files.createDirectories(folder);
      lockFile =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new StartupRefusedException(
          "The home folder " + folder + " cannot be written: " + e,
          "Make it writable, or set GRADKEEPER_HOME to a folder that is.",
          e);
    }
    if (!acquire()) {
      throw new StartupRefusedException(
          "Another Gradkeeper service is running on the home folder " + folder + ".",
          "Stop that one, or set GRADKEEPER_HOME to another folder (and SERVER_PORT to another port).");
    }
    // What a killed process left.
    FileSystemUtils.deleteRecursively(resolve("tmp").toFile());
  }

  private boolean acquire() {
    try {
      FileLock lock = lockFile.tryLock();
      if (lock == null) {
        lockFile.close();
      }
      return lock != null;
    } catch (OverlappingFileLockException e) {
      closeQuietly();
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + folder.resolve("lock"), e);
    }
  }

  private void closeQuietly() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file or folder in the home folder; an absolute name stays what it is. */
  public Path resolve(String name) {
    return folder.resolve(name);
  }

  /**
   * The content of a small file that only the owner can read, made on first use.
   *
   * @param initial what to write if the file does not exist yet
   */
  public String secret(String name, Supplier<String> initial) {
    Path file = resolve(name);
    try {
      if (!Files.exists(file)) {
        // Written aside first, so that a crash leaves no empty file.
        Path part = resolve(name + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, OWNER_ONLY);
        Files.writeString(part, initial.get() + "\n");
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read or write " + file, e);
    }
  }

  /** 128 random bits as 32 hexadecimal digits. */
  public static String randomToken() {
    byte[] bits = new byte[16];
    new SecureRandom().nextBytes(bits);
    return HexFormat.of().formatHex(bits);
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
