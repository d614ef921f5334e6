package dev.gradkeeper.engine.kernel;

import java.io.IOException;
import java.io.InputStream;

/**
 * The vector kernels at a chosen vector length. The length is a constant of the loaded classes, so
 * each length gets a class loader of its own.
 */
final class VectorLengths extends ClassLoader {
  private static final String PACKAGE = "dev.gradkeeper.engine.kernel.vector.";
  private static final String PROPERTY = "gradkeeper.engine.vector-bits";

  private VectorLengths() {
    super(VectorLengths.class.getClassLoader());
  }

  static Kernels kernels(int bits) {
    String before = System.getProperty(PROPERTY);
    System.setProperty(PROPERTY, Integer.toString(bits));
    try {
      Kernels kernels =
          (Kernels)
              new VectorLengths()
                  .loadClass(PACKAGE + "VectorKernels")
                  .getConstructor()
                  .newInstance();
      if (!kernels.toString().contains(Integer.toString(bits))) {
        throw new AssertionError("asked for %d bits, got %s".formatted(bits, kernels));
      }
      return kernels;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    } finally {
      if (before == null) {
        System.clearProperty(PROPERTY);
      } else {
        System.setProperty(PROPERTY, before);
      }
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(PACKAGE)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
