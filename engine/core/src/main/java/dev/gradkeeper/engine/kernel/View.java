package dev.gradkeeper.engine.kernel;

/**
 * A strided window on a {@link Storage}: element {@code (i0, i1, …)} lies at {@code offset + Σ
 * ik·strides[k]}. A stride of 0 repeats an element along that dimension (broadcasting). An empty
 * {@code sizes} is a scalar.
 *
 * <p>Views are the arguments of kernels. They are immutable by contract: the arrays are shared, not
 * copied, and nobody writes to them.
 */
public final class View {
  private final Storage storage;
  private final DType dtype;
  private final int offset;
  private final int[] sizes;
  private final int[] strides;
  private final int count;
  private final boolean contiguous;
  private final boolean repeated;

  /**
   * @throws IllegalArgumentException if sizes and strides differ in number
   */
  public View(Storage storage, int offset, int[] sizes, int[] strides) {
    if (sizes.length != strides.length) {
      throw new IllegalArgumentException(
          "view: %d sizes but %d strides".formatted(sizes.length, strides.length));
    }
    this.storage = storage;
    this.dtype = storage.dtype();
    this.offset = offset;
    this.sizes = sizes;
    this.strides = strides;
    int product = 1;
    boolean dense = true;
    boolean one = true;
    for (int d = sizes.length - 1; d >= 0; d--) {
      dense &= sizes[d] == 1 || strides[d] == product;
      one &= sizes[d] == 1 || strides[d] == 0;
      product = Math.multiplyExact(product, sizes[d]);
    }
    this.count = product;
    this.contiguous = dense;
    this.repeated = one;
  }

  /** A dense row-major view of {@code sizes} from {@code offset}. */
  public static View contiguous(Storage storage, int offset, int... sizes) {
    return new View(storage, offset, sizes, contiguousStrides(sizes));
  }

  /** Row-major strides: the last dimension is dense. */
  public static int[] contiguousStrides(int... sizes) {
    int[] strides = new int[sizes.length];
    int product = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      strides[d] = product;
      product = Math.multiplyExact(product, sizes[d]);
    }
    return strides;
  }

  /** The memory that this is a window on. */
  public Storage storage() {
    return storage;
  }

  /** That of the storage. */
  public DType dtype() {
    return dtype;
  }

  /** Of the first element, in elements. */
  public int offset() {
    return offset;
  }

  /** Number of dimensions; 0 for a scalar. */
  public int dimensions() {
    return sizes.length;
  }

  /** Size of dimension {@code d}; negative values count from the end. */
  public int size(int d) {
    return sizes[d < 0 ? d + sizes.length : d];
  }

  /** Stride of dimension {@code d} in elements; negative values of {@code d} count from the end. */
  public int stride(int d) {
    return strides[d < 0 ? d + strides.length : d];
  }

  /** The sizes themselves, not a copy. */
  public int[] sizes() {
    return sizes;
  }

  /** The strides themselves, not a copy. */
  public int[] strides() {
    return strides;
  }

  /** Number of elements, 1 for a scalar. */
  public int count() {
    return count;
  }

  /** Whether the elements lie densely in row-major order. */
  public boolean isContiguous() {
    return contiguous;
  }

  /** Whether all elements are one and the same: a scalar, or one broadcast to all sizes. */
  public boolean isRepeated() {
    return repeated;
  }
}
