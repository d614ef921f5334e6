package dev.gradkeeper.engine.plan;

import static dev.gradkeeper.engine.plan.Trace.same;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.ConvBlock;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.plan.KernelCall.Combine;
import dev.gradkeeper.engine.plan.KernelCall.Conv2d;
import dev.gradkeeper.engine.plan.KernelCall.Conv2dBackwardInput;
import dev.gradkeeper.engine.plan.KernelCall.Conv2dBackwardWeight;
import dev.gradkeeper.engine.plan.KernelCall.MaxPool2d;
import dev.gradkeeper.engine.plan.KernelCall.MaxPool2dBackward;
import dev.gradkeeper.engine.plan.KernelCall.Reduce;
import dev.gradkeeper.engine.plan.KernelCall.SumQuads;
import dev.gradkeeper.engine.plan.Trace.Use;
import java.util.List;

/**
 * Makes one call of a convolution, its relu and its max pooling, and one of their gradients. The
 * relu's result is then not written; so both are fused, or neither.
 */
final class ConvFusion {
  private final Trace trace;

  private ConvFusion(Trace trace) {
    this.trace = trace;
  }

  static void apply(Trace trace) {
    ConvFusion fusion = new ConvFusion(trace);
    for (int i = 0; i < trace.size(); i++) {
      if (trace.get(i) instanceof Conv2d conv
          && trace.get(i + 1) instanceof KernelCall.Map(Unary op, View in, View activated)
          && op == Unary.RELU
          && same(in, conv.out())
          && trace.isOnlyUsedBy(in, i, i + 1)
          && !fusion.fusePooled(i, conv, activated)) {
        fusion.fusePlain(i, conv, activated);
      }
    }
  }

  /** The backward calls of a block: all that read the gradient behind the relu's mask. */
  private record Backward(int first, int last, ConvBlock.Gradients gradients) {}

  private boolean fusePooled(int i, Conv2d conv, View activated) {
    if (!(trace.get(i + 2) instanceof MaxPool2d(View x, View out, View indices, Window pool))
        || !same(x, activated)
        || !trace.isOnlyWrittenBy(activated, i + 1)
        || !trace.isOnlyWrittenBy(out, i + 2)
        || !trace.isOnlyWrittenBy(indices, i + 2)) {
      return false;
    }
    ConvBlock block =
        new ConvBlock(
            conv.x(),
            conv.weight(),
            conv.bias(),
            conv.window(),
            conv.groups(),
            activated,
            pool,
            out,
            indices);
    List<Use> others =
        trace.uses(activated.storage()).stream().filter(use -> use.call() > i + 2).toList();
    if (!others.isEmpty()) {
      Backward backward = others.size() == 1 ? pooledBackward(others.getFirst(), block) : null;
      if (backward == null) {
        return false;
      }
      replaceBackward(block, backward);
    }
    trace.replace(i, i + 2, new KernelCall.Convolution(block));
    return true;
  }

  private Backward pooledBackward(Use mask, ConvBlock block) {
    int m = mask.call();
    if (trace.get(m) instanceof Combine(Binary op, View a, View b, View masked)
        && op == Binary.WHERE_POSITIVE
        && same(a, block.activated())
        && trace.get(m - 1) instanceof MaxPool2dBackward(View gradOut, View indices, View gradX)
        && same(indices, block.indices())
        && same(gradX, b)) {
      View scratch = trace.temporary(gradOut.dtype(), gradOut.sizes());
      Backward backward = products(m, m - 1, block, gradOut, scratch, masked);
      boolean dead = backward != null && isDeadAfter(gradX, backward.last());
      return dead ? backward : null;
    }
    return null;
  }

  private void fusePlain(int i, Conv2d conv, View activated) {
    ConvBlock block =
        new ConvBlock(
            conv.x(), conv.weight(), conv.bias(), conv.window(), conv.groups(), activated);
    if (trace.isOnlyWrittenBy(activated, i + 1)) {
      for (int m = trace.size() - 1; m > i + 1; m--) {
        if (trace.get(m) instanceof Combine(Binary op, View a, View b, View masked)
            && op == Binary.WHERE_POSITIVE
            && same(a, activated)) {
          Backward backward = products(m, m, block, b, masked, masked);
          if (backward != null) {
            replaceBackward(block, backward);
          }
        }
      }
    }
    trace.replace(i, i + 1, new KernelCall.Convolution(block));
  }

  /** The gradients of the convolution after the mask m; null if they are not there. */
  private Backward products(
      int m, int first, ConvBlock block, View gradOut, View masked, View gradConvolved) {
    View gradX = null;
    View quadSums = null;
    View gradBias = null;
    int last = m;
    if (trace.get(last + 1)
            instanceof Conv2dBackwardInput(View weight, View g, View out, Window window, int groups)
        && same(g, gradConvolved)
        && same(weight, block.weight())
        && window.equals(block.window())
        && groups == block.groups()) {
      gradX = out;
      last++;
    }
    if (!(trace.get(last + 1) instanceof Conv2dBackwardWeight product)
        || !same(product.gradOut(), gradConvolved)
        || !same(product.x(), block.x())
        || !product.window().equals(block.window())
        || product.groups() != block.groups()) {
      return null;
    }
    last++;
    if (trace.get(last + 1) instanceof SumQuads(View g, View sums)
        && same(g, gradConvolved)
        && trace.get(last + 2) instanceof Reduce(Reduction op, View terms, View out)
        && op == Reduction.SUM
        && same(terms, sums)
        && trace.isOnlyUsedBy(sums, last + 1, last + 2)
        && out.dimensions() == 3
        && out.size(0) == g.size(1)
        && out.count() == out.size(0)) {
      quadSums = sums;
      gradBias = out;
      last += 2;
    }
    return isDeadAfter(gradConvolved, last)
        ? new Backward(
            first,
            last,
            new ConvBlock.Gradients(
                gradOut,
                masked,
                gradConvolved,
                gradX,
                product.gradWeight(),
                quadSums,
                gradBias,
                product.accumulate()))
        : null;
  }

  /** Whether nobody uses this memory after a call: it need not be written there. */
  private boolean isDeadAfter(View view, int last) {
    return trace.isTemporary(view)
        && trace.uses(view.storage()).stream().noneMatch(use -> use.call() > last);
  }

  private void replaceBackward(ConvBlock block, Backward backward) {
    trace.replace(
        backward.first(),
        backward.last(),
        new KernelCall.ConvolutionBackward(block, backward.gradients()));
  }
}
