/**
 * What a training run is made from: plain records with PyTorch's names, no JSON, and the checks
 * that name every wrong field at once.
 */
package dev.gradkeeper.engine.train.spec;
