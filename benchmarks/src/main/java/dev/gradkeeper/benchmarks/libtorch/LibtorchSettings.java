package dev.gradkeeper.benchmarks.libtorch;

import java.util.List;

/**
 * How libtorch is used.
 *
 * @param onednn whether convolutions and products go to oneDNN where it can do them
 * @param scripted the whole loop as a TorchScript function with the fused optimizer, so that no
 *     call comes from Java; else one call an operation and {@code torch.optim}
 * @param readLoss whether the loop reads the loss of every step, as a loop that logs it does
 */
public record LibtorchSettings(boolean onednn, boolean scripted, boolean readLoss) {

  List<String> arguments() {
    return List.of(
        Boolean.toString(onednn), Boolean.toString(scripted), Boolean.toString(readLoss));
  }

  /** From the arguments that {@link #arguments} gave. */
  public static LibtorchSettings of(List<String> arguments) {
    return new LibtorchSettings(
        Boolean.parseBoolean(arguments.get(0)),
        Boolean.parseBoolean(arguments.get(1)),
        Boolean.parseBoolean(arguments.get(2)));
  }

  String title() {
    return ", oneDNN %s, %s, loss %s"
        .formatted(
            onednn ? "on" : "off", scripted ? "script" : "eager", readLoss ? "read" : "not read");
  }
}
