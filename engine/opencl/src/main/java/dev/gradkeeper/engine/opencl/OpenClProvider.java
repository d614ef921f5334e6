package dev.gradkeeper.engine.opencl;

import static org.lwjgl.opencl.CL10.*;

import dev.gradkeeper.engine.kernel.accelerator.Accelerator;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorException.Code;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorInfo;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorInfo.Type;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorOptions;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorProvider;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.lwjgl.PointerBuffer;
import org.lwjgl.opencl.CL;
import org.lwjgl.opencl.CLCapabilities;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.MemoryStack;

/**
 * Finds the devices of all OpenCL platforms that have OpenCL 1.2 and a compiler.
 *
 * <p>{@code -Dorg.lwjgl.opencl.libname} names the library where it is not the system's {@code
 * libOpenCL.so.1}.
 */
public final class OpenClProvider implements AcceleratorProvider {
  private static boolean loaded;

  @Override
  public List<Accelerator> accelerators(AcceleratorOptions options) {
    load();
    List<Accelerator> found = new ArrayList<>();
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer count = stack.mallocInt(1);
      Status.check(clGetPlatformIDs(null, count), "clGetPlatformIDs");
      PointerBuffer platforms = stack.mallocPointer(count.get(0));
      Status.check(clGetPlatformIDs(platforms, (IntBuffer) null), "clGetPlatformIDs");
      for (int i = 0; i < platforms.capacity(); i++) {
        addDevices(platforms.get(i), options, found);
      }
    }
    return found;
  }

  private static void addDevices(
      long platform, AcceleratorOptions options, List<Accelerator> found) {
    CLCapabilities capabilities = CL.createPlatformCapabilities(platform);
    if (!capabilities.OpenCL12) {
      return;
    }
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer count = stack.mallocInt(1);
      int status = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, null, count);
      if (status == CL_DEVICE_NOT_FOUND) {
        return;
      }
      Status.check(status, "clGetDeviceIDs");
      PointerBuffer devices = stack.mallocPointer(count.get(0));
      Status.check(
          clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, devices, (IntBuffer) null),
          "clGetDeviceIDs");
      for (int i = 0; i < devices.capacity(); i++) {
        ClDevice device = new ClDevice(platform, devices.get(i));
        Type type = device.type();
        if (device.isUsable() && (type != Type.CPU || options.allowCpu())) {
          AcceleratorInfo info =
              new AcceleratorInfo(
                  "gpu:" + found.size(),
                  type,
                  device.text(CL_DEVICE_NAME),
                  device.driver(),
                  device.number(CL_DEVICE_GLOBAL_MEM_SIZE));
          found.add(new OpenClAccelerator(device, info, options));
        }
      }
    }
  }

  private static synchronized void load() {
    if (loaded) {
      return;
    }
    Configuration.OPENCL_EXPLICIT_INIT.set(true);
    if (Configuration.OPENCL_LIBRARY_NAME.get() == null && isLinux()) {
      // the name without a number comes with the development package alone
      Configuration.OPENCL_LIBRARY_NAME.set("libOpenCL.so.1");
    }
    try {
      CL.create();
    } catch (UnsatisfiedLinkError | IllegalStateException e) {
      throw new AcceleratorException(
          Code.NO_DRIVER,
          "no OpenCL library is installed; a GPU's driver brings one (%s)".formatted(firstLine(e)),
          e);
    }
    loaded = true;
  }

  private static boolean isLinux() {
    return org.lwjgl.system.Platform.get() == org.lwjgl.system.Platform.LINUX;
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
