package dev.gradkeeper.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The words of a command line: {@code --name value} options and, in their order, the rest. */
record Arguments(List<String> words, Map<String, String> options) {

  static Arguments of(List<String> arguments) {
    var words = new java.util.ArrayList<String>();
    var options = new LinkedHashMap<String, String>();
    for (var it = arguments.iterator(); it.hasNext(); ) {
      String word = it.next();
      if (!word.startsWith("--")) {
        words.add(word);
      } else if (it.hasNext()) {
        options.put(word.substring(2), it.next());
      } else {
        throw new Failure(word + " needs a value");
      }
    }
    return new Arguments(words, options);
  }

  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /** The folder of the specs, which the script passes with every command. */
  Path examples() {
    return Path.of(option("examples").orElse("examples"));
  }

  /** The image set that fills {@code ${DATASET}} in a spec; the sample unless one is named. */
  Path dataset() {
    return option("dataset")
        .map(Path::of)
        .orElseGet(() -> examples().resolve("data/cifar10-sample.zip"));
  }
}
