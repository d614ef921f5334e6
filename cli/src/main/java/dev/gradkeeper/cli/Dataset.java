package dev.gradkeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;

/** Uploads a file once: the name under which it is stored ends in a digest of its content. */
final class Dataset {

  private Dataset() {}

  /** Returns the id of the dataset that holds this file, uploading it if there is none yet. */
  static String upload(Api api, Path file) {
    String name = name(file);
    String cursor = "";
    do {
      JsonNode page = api.get("/v1/datasets?limit=100" + cursor);
      for (JsonNode dataset : page.path("items")) {
        if (dataset.path("name").asString("").equals(name)) {
          return dataset.path("id").asString();
        }
      }
      JsonNode next = page.path("next_cursor");
      cursor = next.isString() ? "&cursor=" + URLEncoder.encode(next.asString(), UTF_8) : "";
    } while (!cursor.isEmpty());

    try {
      System.out.printf("Uploading %s (%.1f MB) ...%n", file, Files.size(file) / 1e6);
      String query = "?name=" + URLEncoder.encode(name, UTF_8) + "&format=" + format(file);
      JsonNode stored =
          api.post("/v1/datasets" + query, "application/octet-stream", BodyPublishers.ofFile(file));
      return stored.path("id").asString();
    } catch (IOException e) {
      throw new Failure("cannot read the dataset " + file);
    }
  }

  private static String format(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(".zip")) {
      return "image_folder";
    }
    if (name.endsWith(".tar.gz")) {
      return "cifar10";
    }
    if (name.endsWith(".csv") || name.endsWith(".npz")) {
      return name.substring(name.length() - 3);
    }
    throw new Failure(file + ": a dataset ends in .zip, .tar.gz, .csv or .npz");
  }

  private static String name(Path file) {
    try (InputStream in = Files.newInputStream(file);
        var digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(java.io.OutputStream.nullOutputStream());
      String hex = HexFormat.of().formatHex(digest.getMessageDigest().digest());
      return file.getFileName() + "-" + hex.substring(0, 12);
    } catch (IOException e) {
      throw new Failure("cannot read the dataset " + file);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
