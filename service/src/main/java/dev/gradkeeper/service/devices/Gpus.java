package dev.gradkeeper.service.devices;

import dev.gradkeeper.engine.kernel.accelerator.Accelerator;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorOptions;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorSession;
import dev.gradkeeper.engine.kernel.accelerator.Accelerators;
import dev.gradkeeper.service.GradkeeperProperties;
import dev.gradkeeper.service.startup.Home;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** The GPUs of this process; none where it trains nothing. */
@Component
public class Gpus {
  private static final Logger log = LoggerFactory.getLogger(Gpus.class);

  private final List<Accelerator> gpus;

  @Autowired
  Gpus(GradkeeperProperties properties, Home home, MeterRegistry meters) {
    this(properties.worker().effectiveSlots() == 0 ? List.of() : find(properties, home), meters);
  }

  public Gpus(List<Accelerator> gpus, MeterRegistry meters) {
    this.gpus = List.copyOf(gpus);
    for (Accelerator gpu : this.gpus) {
      log.info("GPU {}", gpu.info());
      register(gpu, meters);
    }
  }

  private static List<Accelerator> find(GradkeeperProperties properties, Home home) {
    return Accelerators.find(
        new AcceleratorOptions(
            properties.gpu().allowCpuDevices(),
            properties.gpu().memoryFraction(),
            home.resolve("kernels")));
  }

  private static void register(Accelerator gpu, MeterRegistry meters) {
    String name = gpu.info().name();
    Gauge.builder("gradkeeper.device.memory.used", gpu, Accelerator::memoryInUse)
        .description("Bytes of a device's memory that jobs hold or have reserved")
        .tag("device", name)
        .register(meters);
    Gauge.builder("gradkeeper.device.memory.limit", gpu, Accelerator::memoryLimit)
        .description("Bytes of a device's memory that jobs may use")
        .tag("device", name)
        .register(meters);
    FunctionCounter.builder(
            "gradkeeper.device.busy",
            gpu,
            g -> (double) g.busyNanos() / TimeUnit.SECONDS.toNanos(1))
        .description("How long a device has worked for jobs, by its own clock")
        .baseUnit("seconds")
        .tag("device", name)
        .register(meters);
  }

  /** All of them, in an order that stays the same. */
  public List<Accelerator> all() {
    return gpus;
  }

  /**
   * A session of one job.
   *
   * @param name as {@code gpu:0}
   * @throws NoSuchElementException if there is no such GPU
   * @throws dev.gradkeeper.engine.kernel.accelerator.AcceleratorException if the job's memory does
   *     not fit, or the device fails
   */
  public AcceleratorSession open(String name, String job, long estimatedBytes) {
    return gpus.stream()
        .filter(gpu -> gpu.info().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("There is no device " + name + " here"))
        .open(job, estimatedBytes);
  }
}
