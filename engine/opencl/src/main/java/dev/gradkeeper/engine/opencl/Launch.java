package dev.gradkeeper.engine.opencl;

import static org.lwjgl.opencl.CL10.*;

import dev.gradkeeper.engine.kernel.View;
import org.lwjgl.PointerBuffer;

/** One kernel with its arguments, set in the order of its parameters, and its range. */
final class Launch {
  private final String name;
  private final long kernel;
  private int next;
  private long sizeX;
  private long sizeY;
  private long sizeZ;
  private int groupX;
  private int groupY;

  Launch(String name, long kernel) {
    this.name = name;
    this.kernel = kernel;
  }

  String name() {
    return name;
  }

  long kernel() {
    return kernel;
  }

  /** The next argument to set is this one, from 0. */
  Launch from(int argument) {
    next = argument;
    return this;
  }

  /** Number of the next argument. */
  int next() {
    return next;
  }

  Launch buffer(View view) {
    return buffer((OpenClStorage) view.storage());
  }

  Launch buffer(OpenClStorage storage) {
    return set(clSetKernelArg1p(kernel, next, storage.buffer()));
  }

  Launch number(int value) {
    return set(clSetKernelArg1i(kernel, next, value));
  }

  Launch number(boolean value) {
    return number(value ? 1 : 0);
  }

  /** Rounded to float32. */
  Launch number(double value) {
    return set(clSetKernelArg1f(kernel, next, (float) value));
  }

  Launch octet(int value) {
    return set(clSetKernelArg1b(kernel, next, (byte) value));
  }

  /** A struct of 32-bit integers. */
  Launch struct(int[] words) {
    return set(clSetKernelArg(kernel, next, words));
  }

  private Launch set(int status) {
    if (status != CL_SUCCESS) {
      throw Status.failure(status, "clSetKernelArg %d of %s".formatted(next, name));
    }
    next++;
    return this;
  }

  /** At least {@code x} work-items in groups of {@code group}. */
  Launch over(long x, int group) {
    return over(x, 1, 1, group, 1);
  }

  /** At least x·y·z work-items in groups of groupX·groupY. */
  Launch over(long x, long y, long z, int groupWidth, int groupHeight) {
    sizeX = Math.ceilDiv(x, groupWidth) * groupWidth;
    sizeY = Math.ceilDiv(y, groupHeight) * groupHeight;
    sizeZ = z;
    groupX = groupWidth;
    groupY = groupHeight;
    return this;
  }

  void sizes(PointerBuffer range, PointerBuffer group) {
    range.put(0, sizeX).put(1, sizeY).put(2, sizeZ);
    group.put(0, groupX).put(1, groupY).put(2, 1);
  }
}
