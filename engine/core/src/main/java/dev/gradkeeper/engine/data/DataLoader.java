package dev.gradkeeper.engine.data;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.Objects;

/**
 * Batches of a dataset, epoch by epoch, as {@code torch.utils.data.DataLoader}.
 *
 * <pre>{@code
 * DataLoader loader = DataLoader.of(dataset).batchSize(4).shuffle(true).generator(generator).build();
 * for (Batch batch : loader) { … }
 * }</pre>
 *
 * <p>Each epoch draws from the generator what PyTorch draws, whatever the number of workers: one
 * 64-bit seed for workers when it begins and, with {@code shuffle}, one for the order at its first
 * batch.
 */
public final class DataLoader implements Iterable<Batch> {
  /** More prefetch threads are refused. */
  public static final int MAX_WORKERS = 64;

  private final Dataset dataset;
  private final SampleReader reader;
  private final Generator generator;
  private final Device device;
  private final Sampler sampler;
  private final int batchSize;
  private final int batches;
  private final int workers;
  private final Helpers helpers;
  private final boolean reuseBatches;
  private Batch full;
  private Batch shorter;

  /**
   * Kept from epoch to epoch where batches are reused, so that an epoch's end allocates nothing.
   */
  private Epoch epoch;

  private int[] order;
  private BatchReader.Direct direct;

  private DataLoader(Builder builder) {
    this.dataset = builder.dataset;
    this.reader = new SampleReader(dataset);
    this.generator = builder.generator;
    this.device = builder.device == null ? Tensor.zeros().device() : builder.device;
    this.workers = builder.workers;
    this.helpers = builder.helpers;
    this.reuseBatches = builder.reuseBatches;
    int size = dataset.size();
    this.sampler = builder.shuffle ? new Sampler.Random() : new Sampler.Sequential();
    this.batchSize = builder.batchSize == WHOLE_SET ? size : builder.batchSize;
    this.batches = builder.dropLast ? size / batchSize : Math.ceilDiv(size, batchSize);
  }

  private static final int WHOLE_SET = 0;

  /** A loader of {@code dataset}, by default of the whole set at once, in order. */
  public static Builder of(Dataset dataset) {
    return new Builder(dataset);
  }

  /** Settings, named as PyTorch's. */
  public static final class Builder {
    private final Dataset dataset;
    private Generator generator = new Generator();
    private Device device;
    private int batchSize = WHOLE_SET;
    private int workers;
    private Helpers helpers = Helpers.NONE;
    private boolean shuffle;
    private boolean dropLast;
    private boolean reuseBatches;

    private Builder(Dataset dataset) {
      if (dataset.size() == 0) {
        throw new IllegalArgumentException("loader: the dataset is empty");
      }
      this.dataset = dataset;
    }

    /** Samples of a batch; the whole set if never called. */
    public Builder batchSize(int batchSize) {
      if (batchSize < 1) {
        throw new IllegalArgumentException("batch_size: must be at least 1, got " + batchSize);
      }
      this.batchSize = batchSize;
      return this;
    }

    /** Whether each epoch has an order of its own. */
    public Builder shuffle(boolean shuffle) {
      this.shuffle = shuffle;
      return this;
    }

    /** Whether a last batch of fewer samples is left out. */
    public Builder dropLast(boolean dropLast) {
      this.dropLast = dropLast;
      return this;
    }

    /** Who reads a batch together with the caller, where no workers read ahead. */
    public Builder helpers(Helpers helpers) {
      this.helpers = Objects.requireNonNull(helpers);
      return this;
    }

    /** Threads that read batches ahead; 0 reads in the caller's. */
    public Builder workers(int workers) {
      if (workers < 0 || workers > MAX_WORKERS) {
        throw new IllegalArgumentException(
            "workers: must be between 0 and %d, got %d".formatted(MAX_WORKERS, workers));
      }
      this.workers = workers;
      return this;
    }

    /** What epochs draw from; one of the default seed if never called. */
    public Builder generator(Generator generator) {
      this.generator = Objects.requireNonNull(generator);
      return this;
    }

    /** Where the batches lie; the CPU if never called. */
    public Builder device(Device device) {
      this.device = Objects.requireNonNull(device);
      return this;
    }

    /**
     * Whether all batches of one size are the same tensors, overwritten each time, and all epochs
     * one object: then a batch is valid until the next one is asked for, and epochs of this loader
     * must not overlap.
     */
    public Builder reuseBatches(boolean reuseBatches) {
      this.reuseBatches = reuseBatches;
      return this;
    }

    public DataLoader build() {
      return new DataLoader(this);
    }
  }

  /** Begins an epoch, drawing from the generator. */
  @Override
  public Epoch iterator() {
    generator.random();
    if (!reuseBatches) {
      return new Epoch(this);
    }
    epoch = epoch == null ? new Epoch(this) : epoch.restart();
    return epoch;
  }

  /**
   * Goes on with an epoch, drawing nothing: {@code state} has its order, and the generator's own
   * state is restored by whoever saved it.
   *
   * @throws IllegalArgumentException if the position is beyond the epoch's end
   */
  public Epoch resume(EpochState state) {
    if (state.position() < 0 || state.position() > batches) {
      throw new IllegalArgumentException(
          "resume: position %d of an epoch of %d batches".formatted(state.position(), batches));
    }
    return new Epoch(this, state);
  }

  /** Batches of an epoch. */
  public int batches() {
    return batches;
  }

  /** Samples of every batch but perhaps the last. */
  public int batchSize() {
    return batchSize;
  }

  public Dataset dataset() {
    return dataset;
  }

  long drawSeed() {
    return sampler.draw(generator);
  }

  /** Reads the batches of the epoch with this seed, from {@code position} on. */
  BatchReader reader(long seed, int position) {
    if (direct != null && isOneBatch()) {
      return direct;
    }
    if (order == null || !reuseBatches) {
      order = new int[dataset.size()];
    }
    sampler.order(seed, order);
    if (workers > 0) {
      return new BatchReader.Prefetching(this, workers, order, position);
    }
    if (direct == null || !reuseBatches) {
      direct = new BatchReader.Direct(this, order);
    }
    return direct;
  }

  /** Whether all epochs are one and the same batch: then it is read once. */
  boolean isOneBatch() {
    return reuseBatches && batches == 1 && sampler instanceof Sampler.Sequential;
  }

  Helpers helpers() {
    return helpers;
  }

  int samples(int batch) {
    return Math.min(batchSize, dataset.size() - batch * batchSize);
  }

  SampleReader sampleReader() {
    return reader;
  }

  Staging stage() {
    return new Staging(reader, Math.min(batchSize, dataset.size()));
  }

  Batch allocate(int samples) {
    if (!reuseBatches) {
      return newBatch(samples);
    }
    if (samples < batchSize) {
      shorter = shorter == null ? newBatch(samples) : shorter;
      return shorter;
    }
    full = full == null ? newBatch(samples) : full;
    return full;
  }

  private Batch newBatch(int samples) {
    DType targetType = dataset.classes() > 0 ? DType.INT32 : DType.FLOAT32;
    return new Batch(
        Tensor.empty(device, DType.FLOAT32, prepend(samples, dataset.inputShape())),
        Tensor.empty(device, targetType, prepend(samples, dataset.targetShape())));
  }

  private static int[] prepend(int samples, int[] shape) {
    int[] out = new int[shape.length + 1];
    out[0] = samples;
    System.arraycopy(shape, 0, out, 1, shape.length);
    return out;
  }
}
