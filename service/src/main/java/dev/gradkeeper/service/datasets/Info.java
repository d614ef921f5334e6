package dev.gradkeeper.service.datasets;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What all splits of a dataset have in common.
 *
 * @param inputShape of one sample after {@code to_tensor}
 * @param classes names in the order of their labels
 */
record Info(@JsonProperty("input_shape") List<Integer> inputShape, List<String> classes) {}
