package dev.gradkeeper.service.datasets;

/** Implemented by those who use datasets, which this package does not know. */
public interface DatasetUsers {
  /** Whether the dataset may not be deleted now. Asked in the transaction that would delete it. */
  boolean need(String datasetId);
}
