package dev.gradkeeper.service.datasets;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gradkeeper.engine.io.Images;
import dev.gradkeeper.service.Api;
import dev.gradkeeper.service.Api.Answer;
import dev.gradkeeper.service.ServiceTest;
import dev.gradkeeper.service.blobs.Digest;
import dev.gradkeeper.service.startup.Home;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "gradkeeper.datasets.max-upload=8MB")
class DatasetsApiTest extends ServiceTest {
  private static final int MAX_UPLOAD = 8 << 20;

  @Autowired private JdbcClient jdbc;
  @Autowired private Datasets datasets;
  @Autowired private Home home;

  @BeforeEach
  void clear() {
    jdbc.sql("DELETE FROM job").update();
    jdbc.sql("DELETE FROM dataset").update();
    jdbc.sql("DELETE FROM blob").update();
  }

  private static ImageZip pets() {
    return new ImageZip()
        .image("train/cat/1.png", 4, 2, 0x010203)
        .image("train/dog/1.png", 4, 2, 0x040506)
        .image("test/dog/1.png", 4, 2, 0x070809);
  }

  private Answer upload(Api caller, String query, BodyPublisher body) {
    return caller.send(
        caller
            .request("/v1/datasets?" + query)
            .header("Content-Type", "application/octet-stream")
            .POST(body));
  }

  private Answer upload(byte[] body) {
    return upload(api, "name=pets&format=image_folder", BodyPublishers.ofByteArray(body));
  }

  private Api otherProject() {
    String project =
        api.post("/v1/projects", "{\"name\":\"other-%s\"}".formatted(System.nanoTime()))
            .text("/id");
    return api.as(
        api.post(
                "/v1/keys",
                "{\"name\":\"k\",\"project_id\":\"%s\",\"scopes\":[\"read\",\"write\"]}"
                    .formatted(project))
            .text("/key"));
  }

  private List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve(folder))) {
      return files.toList();
    }
  }

  private long count(String table) {
    return jdbc.sql("SELECT count(*) FROM " + table).query(Long.class).single();
  }

  @Test
  void anUploadIsCheckedStoredAndDescribed() throws Exception {
    byte[] zip = pets().bytes();
    Answer created = upload(zip);
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.text("/id")).startsWith("ds_");
    assertThat(created.header("Location")).isEqualTo("/v1/datasets/" + created.text("/id"));
    assertThat(created.text("/name")).isEqualTo("pets");
    assertThat(created.text("/format")).isEqualTo("image_folder");
    assertThat(created.json().get("size_bytes").longValue()).isEqualTo(zip.length);
    assertThat(created.text("/sha256")).isEqualTo(Digest.of(zip).toString());
    assertThat(created.json().get("input_shape").toString()).isEqualTo("[3,2,4]");
    assertThat(created.json().get("classes").toString()).isEqualTo("[\"cat\",\"dog\"]");
    assertThat(created.json().at("/splits/train/samples").intValue()).isEqualTo(2);
    assertThat(created.json().at("/splits/test/samples").intValue()).isEqualTo(1);

    Answer read = api.get("/v1/datasets/" + created.text("/id"));
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.json()).isEqualTo(created.json());
    assertThat(files("uploads")).isEmpty();
  }

  @Test
  void theCifarSampleGoesInAndComesOutDecoded() throws Exception {
    Path sample = Path.of("../examples/data/cifar10-sample.zip");
    Answer created = upload(api, "name=cifar10&format=image_folder", BodyPublishers.ofFile(sample));
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.json().at("/splits/train/samples").intValue()).isEqualTo(5000);
    assertThat(created.json().at("/splits/test/samples").intValue()).isEqualTo(1000);
    assertThat(created.json().get("input_shape").toString()).isEqualTo("[3,32,32]");
    assertThat(created.json().get("classes")).hasSize(10);

    // As on another node, or after the cache has been emptied: from the database alone.
    for (Path file : files("cache/datasets")) {
      if (file.getFileName().toString().startsWith(created.text("/sha256"))) {
        Files.delete(file);
      }
    }
    try (OpenDataset open = datasets.open("prj_default", created.text("/id"))) {
      Images train = open.split("train");
      assertThat(train.size()).isEqualTo(5000);
      assertThat(train.labels()[4999]).isEqualTo(9);
      assertThat(open.split("test").size()).isEqualTo(1000);
    }
    assertThat(files("uploads")).isEmpty();
  }

  @Test
  void listsAreOfTheCallersProjectLatestFirst() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.addFirst(upload(pets().bytes()).text("/id"));
    }
    Api other = otherProject();
    String others =
        upload(other, "name=mine&format=image_folder", BodyPublishers.ofByteArray(pets().bytes()))
            .text("/id");

    List<String> listed = new ArrayList<>();
    String path = "/v1/datasets?limit=2";
    int pages = 0;
    for (String cursor = ""; cursor != null; pages++) {
      Answer page = api.get(path + cursor);
      page.json().get("items").forEach(item -> listed.add(item.get("id").stringValue()));
      cursor =
          page.json().hasNonNull("next_cursor") ? "&cursor=" + page.text("/next_cursor") : null;
    }
    assertThat(listed).isEqualTo(ids);
    assertThat(pages).isEqualTo(3);
    assertThat(other.get("/v1/datasets").json().get("items")).hasSize(1);

    assertThat(api.get("/v1/datasets/" + others).status()).isEqualTo(404);
    assertThat(api.delete("/v1/datasets/" + others).status()).isEqualTo(404);
    assertThatThrownBy(() -> datasets.open("prj_default", others))
        .isInstanceOf(NoSuchElementException.class);
    assertThat(count("blob")).as("one content, whoever has it").isEqualTo(1);
  }

  @Test
  void deletingTheLastOneOfAContentRemovesItsBytes() {
    String first = upload(pets().bytes()).text("/id");
    String second = upload(pets().bytes()).text("/id");
    assertThat(api.delete("/v1/datasets/" + first).status()).isEqualTo(204);
    assertThat(api.get("/v1/datasets/" + first).status()).isEqualTo(404);
    assertThat(count("blob")).isEqualTo(1);
    assertThat(api.delete("/v1/datasets/" + second).status()).isEqualTo(204);
    assertThat(count("blob")).isZero();
    assertThat(count("blob_chunk")).isZero();
    assertThat(api.delete("/v1/datasets/" + second).status()).isEqualTo(404);
  }

  @Test
  void aDatasetThatAnUnfinishedJobNeedsStays() {
    String dataset = upload(pets().bytes()).text("/id");
    Answer job =
        api.post(
            "/v1/jobs",
            """
            {"dataset": {"id": "%s", "transforms": [{"type": "to_tensor"}]},
             "model": {"layers": [{"type": "flatten"},
                                  {"type": "linear", "in_features": 24, "out_features": 2}]},
             "loss": {"type": "cross_entropy"},
             "optimizer": {"type": "sgd", "lr": 0.1},
             "epochs": 1}
            """
                .formatted(dataset));
    assertThat(job.status()).as(job.http().body()).isEqualTo(202);
    assertThat(job.text("/spec/evaluation/split"))
        .as("the split that is evaluated by default")
        .isEqualTo("test");
    Answer refused = api.delete("/v1/datasets/" + dataset);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("/code")).isEqualTo("in_use");

    String path = "/v1/jobs/" + job.text("/id");
    assertThat(api.post(path + "/cancel", "").status()).isEqualTo(202);
    assertThat(api.delete("/v1/datasets/" + dataset).status()).isEqualTo(204);
    assertThat(api.get(path).json().at("/spec/dataset/id").stringValue()).isEqualTo(dataset);
  }

  private static Map.Entry<String, byte[]> hostile(String code, ImageZip zip) {
    return Map.entry(code, zip.bytes());
  }

  static List<Map.Entry<String, byte[]>> hostileUploads() {
    byte[] whole = pets().bytes();
    return List.of(
        Map.entry("corrupt_archive", "not a zip".getBytes()),
        Map.entry("corrupt_archive", Arrays.copyOf(whole, whole.length / 2)),
        hostile("unsafe_entry", pets().image("../../etc/cron.d/x", 4, 2, 0)),
        hostile("unsafe_entry", pets().image("/etc/x.png", 4, 2, 0)),
        hostile("too_large", pets().add("train/cat/bomb.png", new byte[8 << 20])),
        hostile("not_an_image", pets().add("train/cat/x.png", "hello".getBytes())),
        hostile("size_mismatch", pets().image("train/cat/x.png", 5, 2, 0)),
        hostile("too_large", new ImageZip().image("train/cat/x.png", 3000, 1, 0)),
        hostile("layout", pets().image("train/x.png", 4, 2, 0)),
        hostile("empty", new ImageZip().image("test/cat/x.png", 4, 2, 0)),
        hostile("empty", new ImageZip()));
  }

  @ParameterizedTest
  @MethodSource("hostileUploads")
  void whatIsNoImageFolderIsA422ThatSaysWhy(Map.Entry<String, byte[]> upload) throws Exception {
    Answer refused = upload(upload.getValue());
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("/errors/0/code")).isEqualTo(upload.getKey());
    assertThat(refused.text("/errors/0/pointer")).isEmpty();
    assertThat(refused.text("/detail")).isNotBlank().endsWith(".");
    assertThat(count("dataset") + count("blob")).isZero();
    assertThat(files("uploads")).isEmpty();
    assertThat(files("cache/datasets")).noneMatch(file -> file.toString().endsWith(".part"));
  }

  @Test
  void moreThanTheLimitIsA413WithOrWithoutADeclaredLength() throws Exception {
    byte[] large = new byte[MAX_UPLOAD + 1];
    Answer declared = upload(large);
    assertThat(declared.status()).isEqualTo(413);
    assertThat(declared.text("/code")).isEqualTo("too_large");
    assertThat(declared.text("/detail")).contains("8,388,608 bytes");

    Answer chunked =
        upload(
            api,
            "name=x&format=image_folder",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)));
    assertThat(chunked.status()).isEqualTo(413);
    assertThat(files("uploads")).isEmpty();
  }

  @Test
  void otherFormatsAndParametersAreRefusedNamingWhatIsSupported() {
    BodyPublisher body = BodyPublishers.ofByteArray(pets().bytes());
    Answer format = upload(api, "name=x&format=csv", body);
    assertThat(format.status()).isEqualTo(400);
    assertThat(format.text("/errors/0/pointer")).isEqualTo("?format");
    assertThat(format.text("/detail")).contains("image_folder");

    assertThat(upload(api, "format=image_folder", body).status()).isEqualTo(400);
    assertThat(upload(api, "name=&format=image_folder", body).status()).isEqualTo(400);
    assertThat(upload(api, "name=" + "x".repeat(201) + "&format=image_folder", body).status())
        .isEqualTo(400);
    HttpRequest.Builder json =
        api.request("/v1/datasets?name=x&format=image_folder")
            .header("Content-Type", "application/json")
            .POST(body);
    assertThat(api.send(json).status()).isEqualTo(415);
    assertThat(upload(new byte[0]).status()).isEqualTo(400);
    assertThat(upload(api.as(null), "name=x&format=image_folder", body).status()).isEqualTo(401);
  }

  @Test
  void aProjectsQuotaCountsAllItsUploads() {
    byte[] zip = pets().bytes();
    Api other = otherProject();
    jdbc.sql("UPDATE project SET max_stored_bytes = :quota WHERE name LIKE 'other-%'")
        .param("quota", 2 * zip.length)
        .update();
    BodyPublisher body = BodyPublishers.ofByteArray(zip);
    assertThat(upload(other, "name=1&format=image_folder", body).status()).isEqualTo(201);
    assertThat(upload(other, "name=2&format=image_folder", body).status()).isEqualTo(201);
    Answer third = upload(other, "name=3&format=image_folder", body);
    assertThat(third.status()).isEqualTo(429);
    assertThat(third.text("/detail")).contains("max_stored_bytes");
    assertThat(other.get("/v1/datasets").json().get("items")).hasSize(2);
  }

  /** An upload of which only the first byte comes. */
  private Socket begin(byte[] body) throws IOException {
    Socket socket = new Socket("localhost", port());
    String header =
        """
        POST /v1/datasets?name=slow&format=image_folder HTTP/1.1
        Host: localhost
        Authorization: Bearer %s
        Content-Type: application/octet-stream
        Content-Length: %d
        Connection: close

        """
            .formatted(ADMIN_KEY, body.length);
    socket.getOutputStream().write(header.replace("\n", "\r\n").getBytes(US_ASCII));
    socket.getOutputStream().write(body, 0, 1);
    return socket;
  }

  @Test
  @Timeout(120)
  void tooManyUploadsAtATimeAreRefusedNotQueued() throws Exception {
    byte[] zip = pets().bytes();
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < DatasetImport.PARALLEL; i++) {
      clients.add(begin(zip));
    }
    while (files("uploads").size() < DatasetImport.PARALLEL) {
      Thread.yield();
    }
    Answer refused = upload(zip);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.text("/code")).isEqualTo("too_many_uploads");
    for (Socket client : clients) {
      try (client) {
        client.getOutputStream().write(zip, 1, zip.length - 1);
        assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
            .startsWith("HTTP/1.1 201");
      }
    }
    assertThat(upload(zip).status()).isEqualTo(201);
    assertThat(files("uploads")).isEmpty();
  }

  @Test
  @Timeout(120)
  void anUploadThatBreaksOffLeavesNothing() throws Exception {
    try (Socket _ = begin(new byte[1000])) {
      while (files("uploads").isEmpty()) {
        Thread.yield();
      }
    }
    while (!files("uploads").isEmpty()) {
      Thread.yield();
    }
    assertThat(count("dataset") + count("blob")).isZero();
  }
}
