package dev.gradkeeper.engine.autograd;

/**
 * What the current thread records, as {@code torch.no_grad}, {@code torch.enable_grad} and {@code
 * torch.autograd.detect_anomaly}:
 *
 * <pre>{@code
 * try (var _ = noGrad()) {
 *   subInPlace(weight, mul(weight.grad(), learningRate));
 * }
 * }</pre>
 */
public final class GradMode {
  private static final ThreadLocal<GradMode> CURRENT = ThreadLocal.withInitial(GradMode::new);

  private boolean enabled = true;
  private boolean anomaly;

  private GradMode() {}

  /** Restores what was set before; to be closed by the thread that opened it. */
  @FunctionalInterface
  public interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  /** Nothing is recorded until the scope is closed; in-place changes of leaves are allowed. */
  public static Scope noGrad() {
    return enabled(false);
  }

  /** Records again, inside of a {@link #noGrad} scope. */
  public static Scope enableGrad() {
    return enabled(true);
  }

  /**
   * Keeps where each operation was called, and fails as soon as a backward pass computes a NaN,
   * naming the operation and that place. Slow: for finding errors.
   */
  public static Scope detectAnomaly() {
    GradMode mode = CURRENT.get();
    boolean before = mode.anomaly;
    mode.anomaly = true;
    return () -> mode.anomaly = before;
  }

  /** Whether operations are recorded. */
  public static boolean isEnabled() {
    return CURRENT.get().enabled;
  }

  static boolean detectsAnomaly() {
    return CURRENT.get().anomaly;
  }

  private static Scope enabled(boolean enabled) {
    GradMode mode = CURRENT.get();
    boolean before = mode.enabled;
    mode.enabled = enabled;
    return () -> mode.enabled = before;
  }
}
