package dev.gradkeeper.service.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ContainerNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Damages specs in every way that one can think of, the same way each time for the same seed. */
public final class SpecMutator {
  private static final JsonMapper JSON = new JsonMapper();

  private static final String[] VALUES = {
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "16",
    "0.5",
    "-0.5",
    "1e-300",
    "1e38",
    "1e39",
    "1e308",
    "1e999",
    "-1e999",
    "2147483647",
    "2147483648",
    "-2147483648",
    "9007199254740993",
    "9223372036854775808",
    "123456789012345678901234567890",
    "\"\"",
    "\"x\"",
    "\"mean\"",
    "\"linear\"",
    "\"relu\"",
    "\"train\"",
    "\"test\"",
    "\"cpu\"",
    "\"gpu\"",
    "\"auto\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"💥\"",
    "\"NaN\"",
    "\"../../etc/passwd\"",
    "\"'; DROP TABLE job; --\"",
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "[0,1]",
    "[1e999]",
    "[[1],[2,3]]",
    "{\"type\":\"relu\"}",
    "{\"type\":\"flatten\"}",
    "{\"type\":\"linear\",\"in_features\":1,\"out_features\":1}",
    "{\"type\":\"zeros\"}",
    "{\"type\":null}",
    "{\"id\":\"ds_1\"}"
  };
  private static final String[] NAMES = {
    "",
    "type",
    "id",
    "inline",
    "init",
    "weight",
    "bias",
    "lr",
    "a/b",
    "a~b",
    "\0",
    "x",
    "epochs",
    "max_steps",
    "stride",
    "padding",
    "split",
    "batch_size",
    "clip_norm",
    "stop_when",
    "evaluation",
    "early_stopping",
    "schedule"
  };

  private final RandomGenerator random;

  public SpecMutator(long seed) {
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** One to three changes of the tree. */
  public ObjectNode mutate(String spec) {
    ObjectNode mutated = (ObjectNode) JSON.readTree(spec);
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      change(mutated);
    }
    return mutated;
  }

  /** One change of the text, which seldom leaves it JSON. */
  public String garble(String text) {
    int at = random.nextInt(text.length());
    int end = Math.min(text.length(), at + random.nextInt(1, 20));
    return switch (random.nextInt(5)) {
      case 0 -> text.substring(0, at);
      case 1 -> text.substring(0, at) + text.substring(end);
      case 2 -> text.substring(0, at) + text.substring(at, end).repeat(2) + text.substring(end);
      case 3 -> text.substring(0, at) + (char) random.nextInt(128) + text.substring(at + 1);
      default ->
          text.substring(0, at)
              + pick("{", "}", "[", "]", ",", ":", "\"", "NaN", "\\", "/*", "e9")
              + text.substring(at);
    };
  }

  private void change(ObjectNode root) {
    ContainerNode<?> place = random.nextInt(4) == 0 ? root : pick(containers(root));
    if (place instanceof ObjectNode object) {
      changeObject(object, root);
    } else {
      changeArray((ArrayNode) place, root);
    }
  }

  private void changeObject(ObjectNode object, ObjectNode root) {
    List<String> names = List.copyOf(object.propertyNames());
    String name = names.isEmpty() ? pick(NAMES) : pick(names);
    switch (random.nextInt(8)) {
      case 0 -> object.remove(name);
      case 1 -> object.set(pick(NAMES), value(root));
      case 2 -> object.set(name + pick("s", "_", " ", "é"), value(root));
      case 3 -> {
        if (object.path(name).isNumber()) {
          object.set(name, tweak(object.get(name)));
        }
      }
      default -> object.set(name, value(root));
    }
  }

  private void changeArray(ArrayNode array, ObjectNode root) {
    if (array.isEmpty()) {
      array.add(value(root));
      return;
    }
    int at = random.nextInt(array.size());
    switch (random.nextInt(5)) {
      case 0 -> array.remove(at);
      case 1 -> array.insert(at, value(root));
      case 2 -> array.insert(at, array.get(random.nextInt(array.size())).deepCopy());
      case 3 -> array.set(at, array.get(at).isNumber() ? tweak(array.get(at)) : value(root));
      default -> {
        JsonNode moved = array.remove(at);
        array.insert(random.nextInt(array.size() + 1), moved);
      }
    }
  }

  private JsonNode tweak(JsonNode number) {
    double value = number.doubleValue();
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (random.nextInt(5)) {
      case 0 -> nodes.numberNode(-value);
      case 1 -> nodes.numberNode((long) value + 1);
      case 2 -> nodes.numberNode((long) value * 1000);
      case 3 -> nodes.numberNode(value / 3);
      default -> nodes.numberNode((long) value - 1);
    };
  }

  private JsonNode value(ObjectNode root) {
    // From elsewhere in the spec, every now and then, and bounded so that it does not grow for
    // ever.
    return random.nextInt(6) == 0 ? pick(containers(root)).deepCopy() : JSON.readTree(pick(VALUES));
  }

  private static List<ContainerNode<?>> containers(JsonNode root) {
    List<ContainerNode<?>> found = new ArrayList<>();
    collect(root, found);
    return found;
  }

  private static void collect(JsonNode node, List<ContainerNode<?>> found) {
    if (node instanceof ContainerNode<?> container) {
      found.add(container);
      for (JsonNode child : node) {
        collect(child, found);
      }
    }
  }

  @SafeVarargs
  private <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
