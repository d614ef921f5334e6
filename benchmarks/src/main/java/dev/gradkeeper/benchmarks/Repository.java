package dev.gradkeeper.benchmarks;

import java.net.URISyntaxException;
import java.nio.file.Path;

/**
 * Where things are in the repository that this program was built in.
 *
 * @param root its folder
 */
public record Repository(Path root) {

  /** The one in whose {@code benchmarks/target} this class is. */
  static Repository ofThisBuild() {
    try {
      Path code =
          Path.of(Repository.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return new Repository(code.getParent().getParent().getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Path libtorch() {
    return root.resolve("benchmarks/target/libtorch");
  }

  Path results() {
    return root.resolve("benchmarks/results");
  }

  Path script() {
    return root.resolve("gradkeeper");
  }

  Path example() {
    return root.resolve("examples/cifar10-lenet.json");
  }

  Path sample() {
    return root.resolve("examples/data/cifar10-sample.zip");
  }
}
