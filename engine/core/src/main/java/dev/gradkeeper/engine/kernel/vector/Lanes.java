package dev.gradkeeper.engine.kernel.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector length of this process: the machine's preferred one, or {@code
 * -Dgradkeeper.engine.vector-bits=128|256|512}. Results do not depend on it.
 */
final class Lanes {
  static final String PROPERTY = "gradkeeper.engine.vector-bits";

  static final VectorSpecies<Float> FLOATS = species();
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED.withShape(shape());
  static final int COUNT = FLOATS.length();

  /** Made once: C2 does not box what comes from memory, as it does now and then with new masks. */
  private static final VectorMask<Float>[] FIRST = masks();

  /** Every other element of two vectors, from the first one on; for {@code selectFrom}. */
  static final IntVector EVEN = IntVector.zero(INTS).addIndex(2);

  /** From the second one on. */
  static final IntVector ODD = EVEN.add(1);

  static {
    Operators.lookUp();
  }

  private Lanes() {}

  /** The bits of the elements that begin there. */
  static IntVector bits(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at).reinterpretAsInts();
  }

  static void storeBits(IntVector v, float[] y, int at) {
    v.reinterpretAsFloats().intoArray(y, at);
  }

  /** A mask of the first n lanes, of all for larger n. */
  static VectorMask<Float> first(int n) {
    return FIRST[Math.max(0, Math.min(n, COUNT))];
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
  private static VectorMask<Float>[] masks() {
    VectorMask<Float>[] masks = new VectorMask[COUNT + 1];
    Arrays.setAll(masks, n -> FLOATS.indexInRange(0, n));
    return masks;
  }

  private static VectorShape shape() {
    return FLOATS.vectorShape();
  }

  private static VectorSpecies<Float> species() {
    String bits = System.getProperty(PROPERTY, "");
    return switch (bits) {
      case "" -> preferred();
      case "128" -> FloatVector.SPECIES_128;
      case "256" -> FloatVector.SPECIES_256;
      case "512" -> FloatVector.SPECIES_512;
      default ->
          throw new IllegalStateException(
              "%s=%s: must be 128, 256 or 512".formatted(PROPERTY, bits));
    };
  }

  /**
   * A line of {@link dev.gradkeeper.engine.kernel.scalar.Sums} has 16 lanes: not more than that.
   */
  private static VectorSpecies<Float> preferred() {
    return FloatVector.SPECIES_PREFERRED.length() > 16
        ? FloatVector.SPECIES_512
        : FloatVector.SPECIES_PREFERRED;
  }
}
