using System.Diagnostics;
using Hermes.Imaging.Configuration;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Hermes.Model.Training;

/// <summary>
/// Gradients of a batch. On the CPU samples are learned side by side, each whole on one thread: at the sizes of the small presets a
/// step is thousands of short operations, and cutting each in two costs more than it gains. Every lane has the weights in common and gradients of its own,
/// which are added in the order of the lanes. A lane takes samples in pairs, which share what an operation costs besides its arithmetic, unless that
/// would leave a single lane; in float32 even then, because libtorch convolves a single sample in plain loops. On an accelerator the batch stays together.
/// </summary>
internal sealed class TrainingLanes : IDisposable
{
    private readonly TrainingConfiguration _configuration;
    private readonly Device _device;
    private readonly PromptedNetwork[] _networks;
    private readonly FlatParameters[] _parameters;
    private readonly TensorThread[] _threads;
    private readonly int _samplesPerPart;
    // Held to the end: see KeptScalar.
    private readonly (Scalar Main, Scalar Auxiliary)? _supervision;

    /// <summary>Makes a lane for every part of a batch, as far as memory allows; as many learn at once as there are threads.</summary>
    /// <param name="network">The network that learns; it is the first lane.</param>
    /// <param name="parameters">Its parameters, whose gradients <see cref="Learn"/> sets.</param>
    /// <param name="configuration">How it learns.</param>
    /// <param name="device">Where it is.</param>
    /// <param name="most">Most samples that <see cref="Learn"/> is given.</param>
    public TrainingLanes(PromptedNetwork network, FlatParameters parameters, TrainingConfiguration configuration, Device device, int most)
    {
        (_configuration, _device) = (configuration, device);
        _supervision = configuration.DeepSupervision is { } weights ? (weights.Main, weights.Auxiliary) : null;
        var threads = get_num_threads();
        var atOnce = Math.Min(configuration.AtOnce, most);
        var inPairs = atOnce > 1 && (network.Trunk.Precision == ConvolutionPrecision.Full || atOnce >= 4);
        _samplesPerPart = !parameters.OnCpu ? atOnce : inPairs ? 2 : 1;
        // Lanes follow from the configuration alone, so that sums are taken in the same order whatever the number of threads.
        var lanes = Math.Clamp(atOnce / _samplesPerPart, 1, TrainingMemory.MostLanes);
        var workers = Math.Min(lanes, threads);
        _networks = [network, .. Enumerable.Range(1, lanes - 1).Select(_ => network.Sharing())];
        _parameters = [parameters, .. _networks.Skip(1).Select(lane => new FlatParameters(lane.Learned))];
        // One needs no thread but the caller's.
        _threads = workers == 1 ? [] : [.. Enumerable.Range(0, workers).Select(worker => new TensorThread($"training lanes {worker}", threads / workers))];
    }

    /// <summary>Computes what samples of a batch contribute to its losses and gradients; the network's gradients are those.</summary>
    /// <remarks>Nothing here waits for an accelerator.</remarks>
    /// <returns>In the caller's dispose scope.</returns>
    public LearnedBatch Learn(PatchBatch batch, Range samples)
    {
        PatchBatch[] parts = [.. Parts(batch, samples).Select(part => batch.Part(part[0], part.Length))];
        var learned = new LearnedPart[parts.Length];
        int pairs = batch.Pairs, known = batch.KnownModalities;
        void Learn(int worker, int workers)
        {
            for (var lane = worker; lane < _networks.Length; lane += workers)
            {
                foreach (var piece in _parameters[lane].Pieces)
                {
                    piece.Parameter.grad = null;
                }

                for (var part = lane; part < parts.Length; part += _networks.Length)
                {
                    learned[part] = LearnPart(_networks[lane], parts[part], pairs, known);
                }
            }
        }

        if (_threads.Length == 0)
        {
            Learn(0, 1);
        }
        else
        {
            Task.WhenAll(_threads.Select((thread, worker) => thread.Run(() => Learn(worker, _threads.Length)))).GetAwaiter().GetResult();
        }

        foreach (var lane in _parameters.Skip(1))
        {
            _parameters[0].AddGradients(lane);
        }

        var losses = stack([.. learned.Select(part => part.Losses)], 0);
        foreach (var part in learned)
        {
            part.Losses.Dispose();
        }

        return new LearnedBatch(
            losses,
            ModalityShares(batch, samples),
            learned.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Forward),
            learned.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Backward));
    }

    /// <summary>Of every part in which samples of a batch are learned, its share of the batch's samples of known modality.</summary>
    public IReadOnlyList<double> ModalityShares(PatchBatch batch, Range samples)
    {
        var known = batch.KnownModalities;
        return [.. Parts(batch, samples).Select(part => known == 0 ? 0 : (double)part.Count(sample => batch.Samples[sample].Modality is not null) / known)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var thread in _threads)
        {
            thread.Dispose();
        }

        foreach (var lane in _networks.Skip(1))
        {
            lane.Learner.Dispose();
        }
    }

    private IEnumerable<int[]> Parts(PatchBatch batch, Range samples)
    {
        var (first, count) = samples.GetOffsetAndLength(batch.Samples.Length);
        return Enumerable.Range(first, count).Chunk(_samplesPerPart);
    }

    private LearnedPart LearnPart(PromptedNetwork network, PatchBatch part, int pairs, int known)
    {
        using var scope = NewDisposeScope();
        var started = Stopwatch.GetTimestamp();
        // Held until the end: see KeptScalar.
        Scalar share = pairs == 0 ? 0 : (double)part.Pairs / pairs;
        Scalar modalityShare = known == 0 ? 0 : _configuration.ModalityLossWeight * part.KnownModalities / known;
        var tensors = BatchTensors.From(part, _configuration.PatchSize, network.Trunk.Priors.Vocabulary, _device);
        var auxiliary = _supervision is not null;
        var recomputed = _configuration.Recompute ? new RecomputedPass(network, tensors.Images, tensors.Prompt, auxiliary) : null;
        var output = recomputed?.Output ?? network.Forward(tensors.Images, tensors.Prompt, auxiliary);
        var segmentation = Segmentation(output.MaskLogits);
        if (_supervision is { } weights && output.AuxiliaryLogits is { } coarse)
        {
            segmentation = segmentation.mul(weights.Main).Plus(Segmentation(coarse).mul(weights.Auxiliary));
        }

        segmentation = segmentation.mul(share);
        var modality = output.ModalityLogits is { } logits ? Losses.Modality(logits, tensors.Modalities, tensors.AnyModality) : null;
        var loss = modality is null ? segmentation : segmentation.Plus(modality.mul(modalityShare));
        var forward = Stopwatch.GetElapsedTime(started);
        if (recomputed is null)
        {
            loss.backward();
        }
        else
        {
            recomputed.Backward(loss);
        }

        GC.KeepAlive(share);
        GC.KeepAlive(modalityShare);
        using var frozen = no_grad();
        var recognised = output.ModalityLogits is { } guesses && tensors.AnyModality ? Losses.Recognised(guesses, tensors.Modalities).to(ScalarType.Float32) : null;
        var none = modality is null || recognised is null ? zeros_like(loss) : null;
        // On a thread of its own there is no scope outside this one.
        var losses = stack([loss, segmentation, modality ?? none!, recognised ?? none!], 0).DetachFromDisposeScope();
        return new LearnedPart(losses, forward, Stopwatch.GetElapsedTime(started) - forward);

        Tensor Segmentation(Tensor masks)
        {
            (var crossEntropy, var tversky) = Losses.Segmentation(masks, tensors.Targets, tensors.Valid, _configuration.LogTversky, _configuration.PaperFaithful);
            return crossEntropy.Plus(tversky);
        }
    }

    /// <summary>What a part of a batch contributed.</summary>
    /// <param name="Losses">[4] float32, as in <see cref="LearnedBatch"/>; in no dispose scope.</param>
    /// <param name="Forward">Time of its thread on the way to the losses.</param>
    /// <param name="Backward">Time of its thread on the way back to the gradients.</param>
    private sealed record LearnedPart(Tensor Losses, TimeSpan Forward, TimeSpan Backward);
}
