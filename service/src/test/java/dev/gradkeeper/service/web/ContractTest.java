package dev.gradkeeper.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import dev.gradkeeper.service.ContractResponses;
import dev.gradkeeper.service.jobs.SpecMutator;
import dev.gradkeeper.service.jobs.Specs;
import dev.gradkeeper.service.web.model.FieldError;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.JsonNodeException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ContractTest {
  private static final JsonMapper JSON = new JsonMapper();
  private final Contract contract = new Contract();

  @Test
  void everyWrongFieldIsNamedInTheOrderOfTheDocument() {
    assertThat(
            errors(
                """
                {"dataset": {"batch_size": 0.5, "a/b": 1},
                 "model": {"layers": [{"type": "linear", "in_features": 0, "x": 1}, {"type": "nope"}, {}, 3]},
                 "loss": {"type": "mse", "reduction": "median", "scale": null},
                 "optimizer": [],
                 "labels": {"a b": "x", "c": 3},
                 "name": "",
                 "epochs": 1e30,
                 "seed": 123456789012345678901234567890}
                """))
        .containsExactly(
            "/dataset/batch_size wrong_type: Must be an integer, but is a number with a fraction.",
            "/dataset/a~1b unknown_field: There is no field `a/b` here; there are `id`, `inline`, `generator`,"
                + " `split`, `batch_size`, `shuffle`, `drop_last`, `workers`, `transforms`.",
            "/dataset exactly_one: Needs exactly one of `id`, `inline`, `generator`.",
            "/model/layers/0/out_features missing_field: `out_features` is required.",
            "/model/layers/0/in_features out_of_range: Must be at least 1, but is 0.",
            "/model/layers/0/x unknown_field: There is no field `x` here; there are `type`, `in_features`,"
                + " `out_features`, `bias`, `init`.",
            "/model/layers/1/type unknown_value: Must be one of `linear`, `conv2d`, `max_pool2d`, `avg_pool2d`,"
                + " `relu`, `tanh`, `sigmoid`, `dropout`, `flatten`, but is \"nope\".",
            "/model/layers/2/type missing_field: `type` is required; one of `linear`, `conv2d`, `max_pool2d`,"
                + " `avg_pool2d`, `relu`, `tanh`, `sigmoid`, `dropout`, `flatten`.",
            "/model/layers/3 wrong_type: Must be an object, but is an integer.",
            "/loss/reduction unknown_value: Must be one of `mean`, `sum`, but is \"median\".",
            "/loss/scale wrong_type: Must be a number, but is null.",
            "/optimizer wrong_type: Must be an object, but is an array.",
            "/labels/a b malformed: Must match ^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$, but is a b.",
            "/labels/c wrong_type: Must be a string, but is an integer.",
            "/name too_short: Must have at least 1 characters.",
            "/epochs out_of_range: Must be at most 1000000, but is 1.0E30.",
            "/seed out_of_range: Must be at most 9007199254740991, but is 123456789012345678901234567890.");
  }

  @Test
  void aThousandErrorsAreNotListed() {
    ObjectNode spec = (ObjectNode) JSON.readTree(Specs.REGRESSION);
    for (int i = 0; i < 1000; i++) {
      spec.put("field" + i, i);
    }

    assertThat(contract.check("JobSpec", spec)).hasSize(100);
  }

  @Test
  void defaultsAreFilledInOnceAndForAll() {
    JsonNode completed = contract.complete("JobSpec", JSON.readTree(Specs.LAYERS));

    assertThat(completed.at("/model/layers/3").toString())
        .isEqualTo(
            """
            {"type":"max_pool2d","kernel_size":2,"stride":2,"padding":0,"dilation":1}""");
    assertThat(completed.at("/schedule/min_lr").doubleValue()).isZero();
    assertThat(contract.complete("JobSpec", completed)).isEqualTo(completed);
    assertThat(contract.check("JobSpec", completed)).isEmpty();
  }

  @Test
  void anIntegerMayBeWrittenWithAPoint() {
    JsonNode spec = JSON.readTree(Specs.REGRESSION.replace("1000", "1000.0"));

    assertThat(contract.check("JobSpec", spec)).isEmpty();
    assertThat(contract.complete("JobSpec", spec).get("max_steps").toString()).isEqualTo("1000");
  }

  @Test
  void anotherReaderOfTheContractAgreesOnMutatedSpecs() {
    Schema oracle = new ContractResponses().schema("JobSpec");
    SpecMutator mutator = new SpecMutator(1);
    // What the contract says in words alone.
    Set<String> beyondJsonSchema = Set.of("exactly_one");
    int right = 0;
    int wrong = 0;
    for (int i = 0; i < 20_000; i++) {
      ObjectNode spec = mutator.mutate(i % 2 == 0 ? Specs.REGRESSION : Specs.LAYERS);
      boolean expected;
      try {
        expected = oracle.validate(spec).isEmpty();
      } catch (JsonNodeException e) {
        continue; // The other reader fails on numbers beyond 64 bits.
      }
      List<FieldError> errors = contract.check("JobSpec", spec);
      boolean found = errors.stream().allMatch(error -> beyondJsonSchema.contains(error.getCode()));
      // The other reader holds 1e999, which is read as infinite, for a number.
      if (!spec.toString().contains("Infinity")) {
        assertThat(found)
            .as(spec + "\n" + errors + "\n" + oracle.validate(spec))
            .isEqualTo(expected);
      }
      if (expected) {
        right++;
      } else {
        wrong++;
      }
    }
    assertThat(right).isGreaterThan(2000);
    assertThat(wrong).isGreaterThan(10_000);
  }

  private List<String> errors(String spec) {
    return contract.check("JobSpec", JSON.readTree(spec)).stream()
        .map(error -> error.getPointer() + " " + error.getCode() + ": " + error.getDetail())
        .toList();
  }
}
