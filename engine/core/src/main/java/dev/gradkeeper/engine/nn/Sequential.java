package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.tensor.Tensor;
import java.util.List;

/** Modules one after the other, named {@code 0}, {@code 1}, …; as {@code torch.nn.Sequential}. */
public final class Sequential extends Module {
  private final List<Module> modules;

  /** Applies the modules in this order; they are named 0, 1, …. */
  public Sequential(Module... modules) {
    this(List.of(modules));
  }

  /** Applies the modules in this order; they are named 0, 1, …. */
  public Sequential(List<? extends Module> modules) {
    this.modules = List.copyOf(modules);
    for (int i = 0; i < this.modules.size(); i++) {
      register(Integer.toString(i), this.modules.get(i));
    }
  }

  /** The modules in order. */
  public List<Module> modules() {
    return modules;
  }

  @Override
  public Tensor forward(Tensor input) {
    Tensor x = input;
    for (int i = 0; i < modules.size(); i++) {
      x = modules.get(i).forward(x);
    }
    return x;
  }
}
