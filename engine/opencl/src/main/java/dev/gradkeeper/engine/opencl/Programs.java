package dev.gradkeeper.engine.opencl;

import static org.lwjgl.opencl.CL10.*;

import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException.Code;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/** The programs of one context, each built when its first kernel is wanted. */
final class Programs implements AutoCloseable {
  private final ClDevice device;
  private final Binaries binaries;
  private final long context;
  private final UnaryOperator<String> sources;
  private final Map<String, Long> programs = new HashMap<>();
  private final List<Long> kernels = new ArrayList<>();

  /**
   * @param sources gives the source of a family
   */
  Programs(ClDevice device, Binaries binaries, long context, UnaryOperator<String> sources) {
    this.device = device;
    this.binaries = binaries;
    this.context = context;
    this.sources = sources;
  }

  /** A new kernel object, with arguments of its own; released with the programs. */
  long kernel(String family, String name) {
    Long program = programs.get(family);
    if (program == null) {
      program = load(family);
      programs.put(family, program);
    }
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      long kernel = clCreateKernel(program, name, status);
      Status.check(status.get(0), "clCreateKernel " + name);
      kernels.add(kernel);
      return kernel;
    }
  }

  private long load(String family) {
    String source = sources.apply(family);
    byte[] binary = binaries.get(source);
    if (binary != null) {
      long program = fromBinary(binary);
      if (program != MemoryUtil.NULL) {
        return program;
      }
      binaries.remove(source);
    }
    long program = build(family, source);
    binaries.put(source, binary(program));
    return program;
  }

  /** NULL if the driver does not take it. */
  private long fromBinary(byte[] bytes) {
    ByteBuffer binary = MemoryUtil.memAlloc(bytes.length).put(0, bytes);
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer taken = stack.mallocInt(1);
      IntBuffer status = stack.mallocInt(1);
      long program =
          clCreateProgramWithBinary(context, stack.pointers(device.id()), binary, taken, status);
      if (status.get(0) != CL_SUCCESS) {
        return MemoryUtil.NULL;
      }
      if (taken.get(0) == CL_SUCCESS && compile(program) == CL_SUCCESS) {
        return program;
      }
      clReleaseProgram(program);
      return MemoryUtil.NULL;
    } finally {
      MemoryUtil.memFree(binary);
    }
  }

  private long build(String family, String source) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.mallocInt(1);
      long program = clCreateProgramWithSource(context, source, status);
      Status.check(status.get(0), "clCreateProgramWithSource " + family);
      int built = compile(program);
      if (built != CL_SUCCESS) {
        String log = log(program);
        clReleaseProgram(program);
        throw new AcceleratorException(
            Code.KERNEL_BUILD_FAILED,
            "%s refuses the kernels of %s (OpenCL status %d); a newer driver may take them. It says: %s"
                .formatted(device.text(CL_DEVICE_NAME), family, built, log));
      }
      return program;
    }
  }

  private int compile(long program) {
    return clBuildProgram(program, device.id(), binaries.options(), null, MemoryUtil.NULL);
  }

  private String log(long program) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer size = stack.mallocPointer(1);
      clGetProgramBuildInfo(program, device.id(), CL_PROGRAM_BUILD_LOG, (ByteBuffer) null, size);
      ByteBuffer text = MemoryUtil.memCalloc((int) size.get(0));
      try {
        clGetProgramBuildInfo(program, device.id(), CL_PROGRAM_BUILD_LOG, text, null);
        String whole = StandardCharsets.UTF_8.decode(text).toString().replace("\0", "").strip();
        return whole.substring(0, Math.min(whole.length(), 2000));
      } finally {
        MemoryUtil.memFree(text);
      }
    }
  }

  private static byte[] binary(long program) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer size = stack.mallocPointer(1);
      Status.check(
          clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, size, null), "clGetProgramInfo");
      ByteBuffer binary = MemoryUtil.memAlloc((int) size.get(0));
      try {
        PointerBuffer pointers = stack.pointers(MemoryUtil.memAddress(binary));
        Status.check(
            clGetProgramInfo(program, CL_PROGRAM_BINARIES, pointers, null), "clGetProgramInfo");
        byte[] bytes = new byte[binary.remaining()];
        binary.get(bytes);
        return bytes;
      } finally {
        MemoryUtil.memFree(binary);
      }
    }
  }

  @Override
  public void close() {
    kernels.forEach(kernel -> clReleaseKernel(kernel));
    programs.values().forEach(program -> clReleaseProgram(program));
    kernels.clear();
    programs.clear();
  }
}
