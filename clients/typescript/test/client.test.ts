// A client's first use: submit a job, wait for its end, read its metrics.
// GRADKEEPER_URL and GRADKEEPER_KEY name the running server.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Configuration, JobsApi, type JobSpec, JobState, MetricsApi, type Problem, type ResponseError} from '../generated';

const configuration = new Configuration({
  basePath: process.env.GRADKEEPER_URL,
  accessToken: process.env.GRADKEEPER_KEY,
});
const jobs = new JobsApi(configuration);

const linearRegression: JobSpec = {
  name: 'from-typescript',
  seed: 6,
  dataset: {generator: {type: 'linear_regression', samples: 20, xScale: 10, weight: 2, bias: 5, noise: 1}},
  model: {
    layers: [
      {
        type: 'linear',
        inFeatures: 1,
        outFeatures: 1,
        init: {weight: {type: 'normal', mean: 0, std: 1}, bias: {type: 'zeros'}},
      },
    ],
  },
  loss: {type: 'mse', scale: 0.5},
  optimizer: {type: 'sgd', lr: 0.01},
  maxSteps: 1000,
};

test('submits a job, waits, reads its metrics', async () => {
  const submitted = await jobs.submitJob({spec: linearRegression});

  const finished = await jobs.getJob({jobId: submitted.id, wait: '60s'});
  assert.equal(finished.state, JobState.Succeeded);
  assert.equal(finished.step, 1000);

  const metrics = await new MetricsApi(configuration).getMetrics({
    jobId: submitted.id,
    series: ['loss', 'grad_norm'],
    agg: 'raw',
  });
  assert.equal(metrics.steps.length, 1000);
  near(metrics.series.loss[0], 83.8424);
  near(metrics.series.loss[999], 0.8316);
  near(metrics.series.grad_norm[0], 75.6746);
  near(metrics.series.grad_norm[1], 49.0037);
});

test('a wrong field is named by its pointer', async () => {
  const refused: ResponseError = await jobs.submitJob({spec: {...linearRegression, maxSteps: 0}}).then(
    () => assert.fail('the job was accepted'),
    (error) => error,
  );
  assert.ok([400, 422].includes(refused.response.status));
  const problem: Problem = await refused.response.json();
  assert.deepEqual(problem.errors?.map(({pointer}) => pointer), ['/max_steps']);
});

function near(actual: number | null, expected: number) {
  assert.ok(actual !== null && Math.abs(actual - expected) < 5e-5, `${actual} is not ${expected}`);
}
