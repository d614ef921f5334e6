package dev.gradkeeper.benchmarks.libtorch;

import java.util.List;

/**
 * How libtorch is used.
 *
 * @param scripted the whole loop as a TorchScript function with the fused optimizer, so that no
 *     call comes from Java; else one call an operation and {@code torch.optim}
 * @param readLoss whether the loop reads the loss of every step, as a loop that logs it does
 */
public record LibtorchSettings(Convolutions convolutions, boolean scripted, boolean readLoss) {

  List<String> arguments() {
    return List.of(convolutions.name(), Boolean.toString(scripted), Boolean.toString(readLoss));
  }

  /** From the arguments that {@link #arguments} gave. */
  public static LibtorchSettings of(List<String> arguments) {
    return new LibtorchSettings(
        Convolutions.valueOf(arguments.get(0)),
        Boolean.parseBoolean(arguments.get(1)),
        Boolean.parseBoolean(arguments.get(2)));
  }

  String title() {
    return ", %s, %s, loss %s"
        .formatted(
            convolutions.title(), scripted ? "script" : "eager", readLoss ? "read" : "not read");
  }
}
