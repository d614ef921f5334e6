package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.AdamStep;
import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.ConvBlock;
import dev.gradkeeper.engine.kernel.CrossEntropy;
import dev.gradkeeper.engine.kernel.ElementwiseChain;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.LinearBlock;
import dev.gradkeeper.engine.kernel.NormOfNorms;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.SgdStep;
import dev.gradkeeper.engine.kernel.SquaredError;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import java.util.Arrays;

/** One call of a kernel as data: which one, on which views, with which constants. */
sealed interface KernelCall {

  /** Enqueues it. */
  void run(Kernels kernels);

  /** The same call on the views that {@code views} gives for each of its own. */
  KernelCall map(Access views);

  record Fill(View out, double value) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.fill(out, value);
    }

    @Override
    public KernelCall map(Access views) {
      return new Fill(views.write(out), value);
    }
  }

  record Copy(View in, View out) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.copy(in, out);
    }

    @Override
    public KernelCall map(Access views) {
      return new Copy(views.read(in), views.write(out));
    }
  }

  record Map(Unary op, View in, View out) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.unary(op, in, out);
    }

    @Override
    public KernelCall map(Access views) {
      return new Map(op, views.read(in), views.write(out));
    }
  }

  record Combine(Binary op, View a, View b, View out) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.binary(op, a, b, out);
    }

    @Override
    public KernelCall map(Access views) {
      return new Combine(op, views.read(a), views.read(b), views.write(out));
    }
  }

  record Affine(View in, double scale, double shift, View out) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.affine(in, scale, shift, out);
    }

    @Override
    public KernelCall map(Access views) {
      return new Affine(views.read(in), scale, shift, views.write(out));
    }
  }

  record Axpy(double alpha, View x, View y) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.axpy(alpha, x, y);
    }

    @Override
    public KernelCall map(Access views) {
      return new Axpy(alpha, views.read(x), views.update(y));
    }
  }

  record Reduce(Reduction op, View in, View out) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.reduce(op, in, out);
    }

    @Override
    public KernelCall map(Access views) {
      return new Reduce(op, views.read(in), views.write(out));
    }
  }

  record SumQuads(View x, View out) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.sumQuads(x, out);
    }

    @Override
    public KernelCall map(Access views) {
      return new SumQuads(views.read(x), views.write(out));
    }
  }

  record Argmax(View in, View out) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.argmax(in, out);
    }

    @Override
    public KernelCall map(Access views) {
      return new Argmax(views.read(in), views.write(out));
    }
  }

  record Gemm(View a, View b, View c, boolean accumulate) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.gemm(a, b, c, accumulate);
    }

    @Override
    public KernelCall map(Access views) {
      return new Gemm(
          views.read(a), views.read(b), accumulate ? views.update(c) : views.write(c), accumulate);
    }
  }

  record Conv2d(View x, View weight, View bias, View out, Window window, int groups)
      implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.conv2d(x, weight, bias, out, window, groups);
    }

    @Override
    public KernelCall map(Access views) {
      return new Conv2d(
          views.read(x), views.read(weight), views.read(bias), views.write(out), window, groups);
    }
  }

  record Conv2dBackwardInput(View weight, View gradOut, View gradX, Window window, int groups)
      implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.conv2dBackwardInput(weight, gradOut, gradX, window, groups);
    }

    @Override
    public KernelCall map(Access views) {
      return new Conv2dBackwardInput(
          views.read(weight), views.read(gradOut), views.write(gradX), window, groups);
    }
  }

  record Conv2dBackwardWeight(
      View x, View gradOut, View gradWeight, Window window, int groups, boolean accumulate)
      implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.conv2dBackwardWeight(x, gradOut, gradWeight, window, groups, accumulate);
    }

    @Override
    public KernelCall map(Access views) {
      return new Conv2dBackwardWeight(
          views.read(x),
          views.read(gradOut),
          accumulate ? views.update(gradWeight) : views.write(gradWeight),
          window,
          groups,
          accumulate);
    }
  }

  record MaxPool2d(View x, View out, View indices, Window window) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.maxPool2d(x, out, indices, window);
    }

    @Override
    public KernelCall map(Access views) {
      return new MaxPool2d(views.read(x), views.write(out), views.write(indices), window);
    }
  }

  record MaxPool2dBackward(View gradOut, View indices, View gradX) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.maxPool2dBackward(gradOut, indices, gradX);
    }

    @Override
    public KernelCall map(Access views) {
      return new MaxPool2dBackward(views.read(gradOut), views.read(indices), views.write(gradX));
    }
  }

  record AvgPool2d(View x, View out, Window window) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.avgPool2d(x, out, window);
    }

    @Override
    public KernelCall map(Access views) {
      return new AvgPool2d(views.read(x), views.write(out), window);
    }
  }

  record AvgPool2dBackward(View gradOut, View gradX, Window window) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.avgPool2dBackward(gradOut, gradX, window);
    }

    @Override
    public KernelCall map(Access views) {
      return new AvgPool2dBackward(views.read(gradOut), views.write(gradX), window);
    }
  }

  record LogSoftmax(View x, View out) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.logSoftmax(x, out);
    }

    @Override
    public KernelCall map(Access views) {
      return new LogSoftmax(views.read(x), views.write(out));
    }
  }

  record LogSoftmaxBackward(View out, View gradOut, View gradX) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.logSoftmaxBackward(out, gradOut, gradX);
    }

    @Override
    public KernelCall map(Access views) {
      return new LogSoftmaxBackward(views.read(out), views.read(gradOut), views.write(gradX));
    }
  }

  record Gather(View in, View index, View out) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.gather(in, index, out);
    }

    @Override
    public KernelCall map(Access views) {
      return new Gather(views.read(in), views.read(index), views.write(out));
    }
  }

  record Scatter(View values, View index, View out) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.scatter(values, index, out);
    }

    @Override
    public KernelCall map(Access views) {
      return new Scatter(views.read(values), views.read(index), views.write(out));
    }
  }

  record Sgd(SgdStep step, View parameter, View gradient, View momentumBuffer)
      implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.sgd(step, parameter, gradient, momentumBuffer);
    }

    @Override
    public KernelCall map(Access views) {
      return new Sgd(
          step, views.update(parameter), views.read(gradient), views.update(momentumBuffer));
    }
  }

  record Adam(AdamStep step, View parameter, View gradient, View expAvg, View expAvgSq)
      implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.adam(step, parameter, gradient, expAvg, expAvgSq);
    }

    @Override
    public KernelCall map(Access views) {
      return new Adam(
          step,
          views.update(parameter),
          views.read(gradient),
          views.update(expAvg),
          views.update(expAvgSq));
    }
  }

  record ClipByNorm(View values, View totalNorm, double maxNorm) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.clipByNorm(values, totalNorm, maxNorm);
    }

    @Override
    public KernelCall map(Access views) {
      return new ClipByNorm(views.update(values), views.read(totalNorm), maxNorm);
    }
  }

  record ClipByValue(View values, double limit) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.clipByValue(values, limit);
    }

    @Override
    public KernelCall map(Access views) {
      return new ClipByValue(views.update(values), limit);
    }
  }

  /** A task of the host; what it reads and writes is not known here. */
  record Host(Runnable task) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      task.run();
    }

    @Override
    public KernelCall map(Access views) {
      return this;
    }
  }

  record Convolution(ConvBlock block) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.convBlock(block);
    }

    @Override
    public KernelCall map(Access views) {
      View activated = block.pool() == null ? null : views.scratch(block.activated());
      View out = views.write(block.out());
      return new Convolution(
          new ConvBlock(
              views.read(block.x()),
              views.read(block.weight()),
              views.read(block.bias()),
              block.window(),
              block.groups(),
              block.pool() == null ? out : activated,
              block.pool(),
              out,
              views.write(block.indices())));
    }
  }

  /** {@code activated} is not used and therefore left as it is. */
  record ConvolutionBackward(ConvBlock block, ConvBlock.Gradients to) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.convBlockBackward(block, to);
    }

    @Override
    public KernelCall map(Access views) {
      View out = views.read(block.out());
      View masked = views.scratch(to.masked());
      return new ConvolutionBackward(
          new ConvBlock(
              views.read(block.x()),
              views.read(block.weight()),
              block.bias(),
              block.window(),
              block.groups(),
              block.pool() == null ? out : block.activated(),
              block.pool(),
              out,
              views.read(block.indices())),
          new ConvBlock.Gradients(
              views.read(to.gradOut()),
              masked,
              block.pool() == null ? masked : views.scratch(to.gradConvolved()),
              views.write(to.gradX()),
              to.accumulate() ? views.update(to.gradWeight()) : views.write(to.gradWeight()),
              views.scratch(to.quadSums()),
              views.write(to.gradBias()),
              to.accumulate()));
    }
  }

  record Linear(LinearBlock block) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.linearBlock(block);
    }

    @Override
    public KernelCall map(Access views) {
      return new Linear(
          new LinearBlock(
              views.read(block.x()),
              views.read(block.weight()),
              views.read(block.bias()),
              block.relu(),
              views.write(block.out())));
    }
  }

  record Loss(CrossEntropy loss) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.crossEntropy(loss);
    }

    @Override
    public KernelCall map(Access views) {
      return new Loss(
          new CrossEntropy(
              views.read(loss.x()),
              views.read(loss.target()),
              views.write(loss.logProbabilities()),
              views.scratch(loss.picked()),
              views.write(loss.sum())));
    }
  }

  /** Scores, scratch and sum of {@code loss} are not used. */
  record LossBackward(CrossEntropy loss, CrossEntropy.Gradient to) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.crossEntropyBackward(loss, to);
    }

    @Override
    public KernelCall map(Access views) {
      return new LossBackward(
          new CrossEntropy(
              loss.x(),
              views.read(loss.target()),
              views.read(loss.logProbabilities()),
              loss.picked(),
              loss.sum()),
          new CrossEntropy.Gradient(
              views.read(to.value()), views.scratch(to.spread()), views.write(to.gradX())));
    }
  }

  record Error(SquaredError error) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.squaredError(error);
    }

    @Override
    public KernelCall map(Access views) {
      return new Error(
          new SquaredError(
              views.read(error.input()),
              views.read(error.target()),
              views.write(error.difference()),
              views.write(error.sum())));
    }
  }

  record Chain(ElementwiseChain chain) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.elementwise(chain);
    }

    @Override
    public KernelCall map(Access views) {
      View in = views.read(chain.in());
      ElementwiseChain.Link[] links = chain.links().clone();
      for (int i = 0; i < links.length; i++) {
        if (links[i] instanceof ElementwiseChain.Combine(Binary op, View other, boolean first)) {
          links[i] = new ElementwiseChain.Combine(op, views.read(other), first);
        }
      }
      return new Chain(new ElementwiseChain(in, links, views.write(chain.out())));
    }
  }

  record Norm(NormOfNorms norm) implements KernelCall {
    @Override
    public void run(Kernels kernels) {
      kernels.normOfNorms(norm);
    }

    @Override
    public KernelCall map(Access views) {
      View[] parts = new View[norm.parts().length];
      View[] squares = new View[parts.length];
      Arrays.setAll(parts, i -> views.read(norm.parts()[i]));
      Arrays.setAll(squares, i -> views.write(norm.squares()[i]));
      return new Norm(
          new NormOfNorms(
              parts,
              squares,
              views.update(norm.norms()),
              views.write(norm.square()),
              views.update(norm.total())));
    }
  }
}
