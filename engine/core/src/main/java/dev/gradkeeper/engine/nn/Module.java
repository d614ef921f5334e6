package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A part of a network with its parameters, as {@code torch.nn.Module}. Subclasses register their
 * parameters and parts in their constructor, in PyTorch's order of construction:
 *
 * <pre>{@code
 * final class Net extends Module {
 *   private final Linear fc1 = register("fc1", new Linear(4, 8, generator));
 *   private final Linear fc2 = register("fc2", new Linear(8, 1, generator));
 *
 *   public Tensor forward(Tensor x) {
 *     return fc2.forward(relu(fc1.forward(x)));
 *   }
 * }
 * }</pre>
 */
public abstract class Module {
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private boolean training = true;

  /** The output for a batch of inputs; what shapes fit is said by each kind of module. */
  public abstract Tensor forward(Tensor input);

  /**
   * @throws IllegalArgumentException if the name is taken, empty or contains a dot
   */
  protected final Tensor register(String name, Tensor parameter) {
    requireFree(name);
    parameters.put(name, parameter);
    return parameter;
  }

  /**
   * @throws IllegalArgumentException if the name is taken, empty or contains a dot
   */
  protected final <M extends Module> M register(String name, M child) {
    requireFree(name);
    children.put(name, child);
    return child;
  }

  private void requireFree(String name) {
    if (name.isEmpty()
        || name.contains(".")
        || parameters.containsKey(name)
        || children.containsKey(name)) {
      throw new IllegalArgumentException(
          "register: '%s' is taken, empty or contains a dot".formatted(name));
    }
  }

  /**
   * All parameters in the order of registration, a module's own before those of its parts, named by
   * path: {@code 0.weight}. A shared one appears once, under its first name.
   */
  public final Map<String, Tensor> namedParameters() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    collect("", named, Collections.newSetFromMap(new IdentityHashMap<>()));
    return named;
  }

  private void collect(String prefix, Map<String, Tensor> named, Set<Tensor> seen) {
    parameters.forEach(
        (name, parameter) -> {
          if (seen.add(parameter)) {
            named.put(prefix + name, parameter);
          }
        });
    children.forEach((name, child) -> child.collect(prefix + name + ".", named, seen));
  }

  /** {@link #namedParameters} without the names. */
  public final List<Tensor> parameters() {
    return new ArrayList<>(namedParameters().values());
  }

  /** Parts by name, in the order of registration. */
  public final Map<String, Module> children() {
    return Collections.unmodifiableMap(children);
  }

  /** Training mode, in which a new module is: {@link Dropout} drops. */
  public final Module train() {
    return setTraining(true);
  }

  /** Evaluation mode: the same input gives the same output. */
  public final Module eval() {
    return setTraining(false);
  }

  /** Whether it behaves as in training: true until {@link #eval} is called. */
  public final boolean isTraining() {
    return training;
  }

  private Module setTraining(boolean on) {
    training = on;
    children.values().forEach(child -> child.setTraining(on));
    return this;
  }

  /** Removes the gradients of all parameters. */
  public final void zeroGrad() {
    zeroGrad(true);
  }

  /** Removes the gradients of all parameters, or fills them with zeros. */
  public final void zeroGrad(boolean setToNone) {
    for (Tensor parameter : parameters()) {
      parameter.zeroGrad(setToNone);
    }
  }
}
