package dev.gradkeeper.service.datasets;

import dev.gradkeeper.service.access.Caller;
import dev.gradkeeper.service.blobs.Blobs;
import dev.gradkeeper.service.web.Cursor;
import dev.gradkeeper.service.web.Page;
import dev.gradkeeper.service.web.ProblemException;
import dev.gradkeeper.service.web.api.DatasetsApi;
import dev.gradkeeper.service.web.model.Dataset;
import dev.gradkeeper.service.web.model.DatasetFormat;
import dev.gradkeeper.service.web.model.DatasetList;
import dev.gradkeeper.service.web.model.DatasetSplit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.data.domain.Limit;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RestController;

@RestController
class DatasetsController implements DatasetsApi {
  private final DatasetImport imports;
  private final StoredDatasetRepository stored;
  private final Blobs blobs;
  private final List<DatasetUsers> users;
  private final TransactionTemplate transaction;

  DatasetsController(
      DatasetImport imports,
      StoredDatasetRepository stored,
      Blobs blobs,
      List<DatasetUsers> users,
      TransactionTemplate transaction) {
    this.imports = imports;
    this.stored = stored;
    this.blobs = blobs;
    this.users = users;
    this.transaction = transaction;
  }

  @Override
  public ResponseEntity<Dataset> uploadDataset(String name, DatasetFormat format, Resource file) {
    try (InputStream body = file.getInputStream()) {
      StoredDataset dataset = imports.run(Caller.current().projectId(), name, format, body);
      return ResponseEntity.created(URI.create("/v1/datasets/" + dataset.id)).body(shown(dataset));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ResponseEntity<DatasetList> listDatasets(Integer limit, @Nullable String cursor) {
    Cursor after = Cursor.decodeOrFirst(cursor);
    Page<StoredDataset> page =
        Page.of(
            stored.findPage(
                Caller.current().projectId(), after.createdAt(), after.id(), Limit.of(limit + 1)),
            limit,
            dataset -> new Cursor(dataset.createdAt, dataset.id));
    return ResponseEntity.ok(
        new DatasetList(page.items().stream().map(DatasetsController::shown).toList())
            .nextCursor(page.nextCursor()));
  }

  @Override
  public ResponseEntity<Dataset> getDataset(String datasetId) {
    return stored
        .findByIdAndProjectId(datasetId, Caller.current().projectId())
        .map(dataset -> ResponseEntity.ok(shown(dataset)))
        .orElseThrow(() -> ProblemException.notFound("dataset", datasetId));
  }

  @Override
  public ResponseEntity<Void> deleteDataset(String datasetId) {
    String projectId = Caller.current().projectId();
    transaction.executeWithoutResult(_ -> delete(projectId, datasetId));
    return ResponseEntity.noContent().build();
  }

  private void delete(String projectId, String datasetId) {
    StoredDataset dataset =
        stored
            .findToDelete(datasetId, projectId)
            .orElseThrow(() -> ProblemException.notFound("dataset", datasetId));
    if (users.stream().anyMatch(user -> user.need(datasetId))) {
      throw ProblemException.conflict(
          "in_use", "An unfinished job trains on it; cancel that or wait for its end.");
    }
    stored.delete(dataset);
    stored.flush();
    blobs.removeIfUnused(dataset.content());
  }

  private static Dataset shown(StoredDataset dataset) {
    Map<String, DatasetSplit> splits = new LinkedHashMap<>();
    dataset.splits.forEach((name, split) -> splits.put(name, new DatasetSplit(split.samples())));
    return new Dataset(
            dataset.id,
            dataset.name,
            DatasetFormat.fromValue(dataset.format),
            dataset.size,
            dataset.content().toString(),
            splits,
            dataset.createdAt.atOffset(ZoneOffset.UTC))
        .inputShape(dataset.info.inputShape().stream().map(Integer::longValue).toList())
        .classes(dataset.info.classes());
  }
}
