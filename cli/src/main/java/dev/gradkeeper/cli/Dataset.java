package dev.gradkeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;

/** An image folder as a zip file, uploaded once: the server tells by its digest that it has it. */
public final class Dataset {

  private Dataset() {}

  /** Returns the id of the dataset that holds this file, uploading it if there is none yet. */
  public static String upload(Api api, Path file) {
    try {
      String digest = sha256(file);
      String cursor = "";
      do {
        JsonNode page = api.get("/v1/datasets?limit=100" + cursor);
        for (JsonNode dataset : page.path("items")) {
          if (dataset.path("sha256").asString().equals(digest)) {
            return dataset.path("id").asString();
          }
        }
        String next = page.path("next_cursor").asString("");
        cursor = next.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(next, UTF_8);
      } while (!cursor.isEmpty());

      System.out.printf("Uploading %s (%.1f MB) ...%n", file, Files.size(file) / 1e6);
      String name = URLEncoder.encode(file.getFileName().toString(), UTF_8);
      JsonNode stored =
          api.post(
              "/v1/datasets?format=image_folder&name=" + name,
              "application/octet-stream",
              BodyPublishers.ofFile(file));
      return stored.path("id").asString();
    } catch (IOException e) {
      throw new Failure("cannot read the dataset " + file);
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        var digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
