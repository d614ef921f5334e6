package dev.gradkeeper.service.checkpoints;

import dev.gradkeeper.engine.io.SafeTensorsException;
import dev.gradkeeper.engine.train.Checkpoint;
import dev.gradkeeper.engine.train.TrainingFailedException;
import dev.gradkeeper.service.blobs.Blobs;
import dev.gradkeeper.service.blobs.Digest;
import dev.gradkeeper.service.checkpoints.CheckpointStore.Stored;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.lease.WorkerTransactions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Finds what an attempt goes on from. */
@Component
public class CheckpointLoader {

  private static final Logger log = LoggerFactory.getLogger(CheckpointLoader.class);

  /** SQL states of broken pages and rows. */
  private static final String DATA_CORRUPTED = "XX";

  private final CheckpointStore store;
  private final Blobs blobs;
  private final WorkerTransactions transactions;

  public CheckpointLoader(CheckpointStore store, Blobs blobs, WorkerTransactions transactions) {
    this.store = store;
    this.blobs = blobs;
    this.transactions = transactions;
  }

  /**
   * The newest checkpoint of a job whose bytes are those that were written; those that are newer
   * are removed, and the attempt says why. Empty if there is none: the job begins at its beginning.
   *
   * @param forkedStep of the checkpoint that the job was forked from, or null
   * @param giveUp asked before the database is tried again
   * @throws TrainingFailedException if a fork has lost what it was forked from
   */
  public Optional<Checkpoint> load(Lease lease, @Nullable Long forkedStep, BooleanSupplier giveUp)
      throws SQLException {
    while (true) {
      Stored newest =
          transactions.runFencedPatiently(
              lease,
              (connection, _) -> CheckpointStore.newest(connection, lease.jobId(), Long.MAX_VALUE),
              giveUp);
      if (newest == null) {
        if (forkedStep != null) {
          throw new TrainingFailedException(
              "checkpoint_lost",
              "The checkpoint of step %d, which the job was forked from, cannot be read any more; fork again from another one."
                  .formatted(forkedStep));
        }
        return Optional.empty();
      }
      try {
        Checkpoint checkpoint = read(newest.content());
        return Optional.of(
            newest.attempt() == 0 ? checkpoint.asBeginning(newest.reached()) : checkpoint);
      } catch (IOException | SafeTensorsException e) {
        log.warn(
            "{}: the checkpoint of step {} cannot be used, taking the one before: {}",
            lease.jobId(),
            newest.reached().step(),
            e.getMessage());
        transactions.runFencedPatiently(
            lease,
            (connection, _) -> {
              store.discard(connection, lease, newest, e.getMessage());
              return null;
            },
            giveUp);
      }
    }
  }

  private Checkpoint read(Digest digest) throws IOException, SafeTensorsException {
    byte[] content;
    try {
      content = blobs.get(digest);
    } catch (DataAccessException e) {
      if (e.getRootCause() instanceof SQLException sql
          && sql.getSQLState() != null
          && sql.getSQLState().startsWith(DATA_CORRUPTED)) {
        throw new IOException("the database cannot read it: " + sql.getMessage(), e);
      }
      throw e;
    }
    if (!Digest.of(content).equals(digest)) {
      throw new IOException("its bytes are not those of its SHA-256");
    }
    return Checkpoint.read(ByteBuffer.wrap(content));
  }
}
