package dev.gradkeeper.engine.kernel.vector;

import static dev.gradkeeper.engine.kernel.DType.FLOAT32;

import dev.gradkeeper.engine.kernel.AdamStep;
import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.ConvBlock;
import dev.gradkeeper.engine.kernel.ElementwiseChain;
import dev.gradkeeper.engine.kernel.LinearBlock;
import dev.gradkeeper.engine.kernel.NormOfNorms;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.SgdStep;
import dev.gradkeeper.engine.kernel.SquaredError;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.scalar.ScalarKernels;

/**
 * Kernels on the Vector API for float32, bit-equal to the scalar ones, which do what these do not
 * cover: float64, integers, and lines that are not dense.
 */
public final class VectorKernels extends ScalarKernels {

  @Override
  public void fill(View out, double value) {
    if (out.dtype() != FLOAT32 || !Elementwise.fill(out, value)) {
      super.fill(out, value);
    }
  }

  @Override
  public void copy(View in, View out) {
    if (out.dtype() != FLOAT32 || !Elementwise.copy(in, out)) {
      super.copy(in, out);
    }
  }

  @Override
  public void unary(Unary op, View in, View out) {
    if (out.dtype() != FLOAT32 || !Elementwise.unary(op, in, out)) {
      super.unary(op, in, out);
    }
  }

  @Override
  public void binary(Binary op, View a, View b, View out) {
    if (out.dtype() == FLOAT32 && SmallLines.covers(op, a, b, out)) {
      SmallLines.binary(op, a, b, out);
    } else if (out.dtype() != FLOAT32 || !Elementwise.binary(op, a, b, out)) {
      super.binary(op, a, b, out);
    }
  }

  @Override
  public void affine(View in, double scale, double shift, View out) {
    if (out.dtype() == FLOAT32 && SmallLines.covers(in, out)) {
      SmallLines.affine(in, scale, shift, out);
    } else if (out.dtype() != FLOAT32 || !Elementwise.affine(in, scale, shift, out)) {
      super.affine(in, scale, shift, out);
    }
  }

  @Override
  public void axpy(double alpha, View x, View y) {
    if (y.dtype() == FLOAT32 && SmallLines.covers(x, y)) {
      SmallLines.axpy(alpha, x, y);
    } else if (y.dtype() != FLOAT32 || !Elementwise.axpy(alpha, x, y)) {
      super.axpy(alpha, x, y);
    }
  }

  @Override
  public void reduce(Reduction op, View in, View out) {
    if (out.dtype() == FLOAT32 && Small.covers(op, in, out)) {
      Small.reduce(op, in, out);
    } else if (out.dtype() != FLOAT32 || !Reductions.reduce(op, in, out)) {
      super.reduce(op, in, out);
    }
  }

  @Override
  public void sumQuads(View x, View out) {
    if (out.dtype() == FLOAT32 && QuadSums.covers(x, out)) {
      QuadSums.of(x, out);
    } else {
      super.sumQuads(x, out);
    }
  }

  @Override
  public void gemm(View a, View b, View c, boolean accumulate) {
    if (c.dtype() == FLOAT32 && Small.covers(a, c)) {
      Small.gemm(a, b, c, accumulate);
    } else if (c.dtype() == FLOAT32 && Gemm.covers(c)) {
      Gemm.gemm(a, b, c, accumulate);
    } else {
      super.gemm(a, b, c, accumulate);
    }
  }

  @Override
  public void conv2d(View x, View weight, View bias, View out, Window window, int groups) {
    if (out.dtype() == FLOAT32 && Convolution.covers(x, weight, out)) {
      Convolution.forward(x, weight, bias, out, window, groups);
    } else {
      super.conv2d(x, weight, bias, out, window, groups);
    }
  }

  @Override
  public void conv2dBackwardInput(
      View weight, View gradOut, View gradX, Window window, int groups) {
    if (gradX.dtype() == FLOAT32 && Convolution.covers(gradX, weight, gradOut)) {
      ConvolutionGradients.backwardInput(weight, gradOut, gradX, window, groups);
    } else {
      super.conv2dBackwardInput(weight, gradOut, gradX, window, groups);
    }
  }

  @Override
  public void conv2dBackwardWeight(
      View x, View gradOut, View gradWeight, Window window, int groups, boolean accumulate) {
    if (x.dtype() == FLOAT32 && Convolution.covers(x, gradWeight, gradOut)) {
      ConvolutionGradients.backwardWeight(x, gradOut, gradWeight, window, groups, accumulate);
    } else {
      super.conv2dBackwardWeight(x, gradOut, gradWeight, window, groups, accumulate);
    }
  }

  @Override
  public void maxPool2d(View x, View out, View indices, Window window) {
    if (out.dtype() == FLOAT32 && Pooling.coversMax(x, out, indices, window)) {
      Pooling.max(x, out, indices);
    } else {
      super.maxPool2d(x, out, indices, window);
    }
  }

  @Override
  public void maxPool2dBackward(View gradOut, View indices, View gradX) {
    if (gradX.dtype() == FLOAT32 && Pooling.coversMaxBackward(gradOut, indices, gradX)) {
      Pooling.maxBackward(gradOut, indices, gradX);
    } else {
      super.maxPool2dBackward(gradOut, indices, gradX);
    }
  }

  @Override
  public void convBlock(ConvBlock block) {
    if (ConvolutionBlock.covers(block)) {
      ConvolutionBlock.forward(block);
    } else {
      super.convBlock(block);
    }
  }

  @Override
  public void convBlockBackward(ConvBlock block, ConvBlock.Gradients to) {
    if (ConvolutionBlock.covers(block, to)) {
      ConvolutionBlock.backward(block, to);
    } else {
      super.convBlockBackward(block, to);
    }
  }

  @Override
  public void logSoftmax(View x, View out) {
    if (out.dtype() == FLOAT32 && x.isContiguous() && out.isContiguous() && x.count() > 0) {
      Classification.logSoftmax(x, out);
    } else {
      super.logSoftmax(x, out);
    }
  }

  @Override
  public void logSoftmaxBackward(View out, View gradOut, View gradX) {
    if (gradX.dtype() == FLOAT32
        && out.isContiguous()
        && gradOut.isContiguous()
        && gradX.isContiguous()
        && gradX.count() > 0) {
      Classification.logSoftmaxBackward(out, gradOut, gradX);
    } else {
      super.logSoftmaxBackward(out, gradOut, gradX);
    }
  }

  @Override
  public void scatter(View values, View index, View out) {
    if (out.dtype() == FLOAT32 && out.isContiguous()) {
      Classification.scatter(values, index, out);
    } else {
      super.scatter(values, index, out);
    }
  }

  @Override
  public void sgd(SgdStep step, View parameter, View gradient, View momentumBuffer) {
    if (parameter.dtype() == FLOAT32
        && parameter.isContiguous()
        && gradient.isContiguous()
        && (momentumBuffer == null || momentumBuffer.isContiguous())) {
      Optimizers.sgd(step, parameter, gradient, momentumBuffer);
    } else {
      super.sgd(step, parameter, gradient, momentumBuffer);
    }
  }

  @Override
  public void adam(AdamStep step, View parameter, View gradient, View expAvg, View expAvgSq) {
    if (parameter.dtype() == FLOAT32
        && parameter.isContiguous()
        && gradient.isContiguous()
        && expAvg.isContiguous()
        && expAvgSq.isContiguous()) {
      Optimizers.adam(step, parameter, gradient, expAvg, expAvgSq);
    } else {
      super.adam(step, parameter, gradient, expAvg, expAvgSq);
    }
  }

  @Override
  public void clipByValue(View values, double limit) {
    if (values.dtype() != FLOAT32 || !Elementwise.clamp(values, limit)) {
      super.clipByValue(values, limit);
    }
  }

  @Override
  public void linearBlock(LinearBlock block) {
    if (block.out().dtype() == FLOAT32 && Small.covers(block.x(), block.out())) {
      Small.linear(block);
    } else {
      super.linearBlock(block);
    }
  }

  @Override
  public void squaredError(SquaredError error) {
    if (error.difference().dtype() == FLOAT32 && Small.covers(error)) {
      Small.squaredError(error);
    } else {
      super.squaredError(error);
    }
  }

  @Override
  public void elementwise(ElementwiseChain chain) {
    if (chain.out().dtype() == FLOAT32) {
      Chains.run(chain);
    } else {
      super.elementwise(chain);
    }
  }

  @Override
  public void normOfNorms(NormOfNorms norm) {
    if (norm.total().dtype() == FLOAT32 && Small.covers(norm)) {
      Small.normOfNorms(norm);
    } else {
      super.normOfNorms(norm);
    }
  }

  @Override
  public void releaseBuffers() {
    Scratch.release();
  }

  @Override
  public String toString() {
    return "vector, %d bits".formatted(Lanes.FLOATS.vectorBitSize());
  }
}
