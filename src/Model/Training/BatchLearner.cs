using Hermes.Imaging.Configuration;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using static TorchSharp.torch;

namespace Hermes.Model.Training;

/// <summary>
/// Makes the batches of a run ahead and computes their losses and gradients. A batch has as many shares as the run has devices; their gradients are added in the order of the
/// devices. So the bits are the same whether helpers learn the shares or this device learns one after the other (docs/method.md, Several devices).
/// </summary>
internal sealed class BatchLearner(
    PromptedNetwork network, FlatParameters parameters, TrainingConfiguration configuration, IReadOnlyList<PreparedDataset> datasets, ulong seed, Device device) : IDisposable
{
    private readonly PatchBatches _batches = new(configuration, datasets, seed);
    private TrainingLanes? _lanes;
    private BatchPrefetch? _prefetch;

    /// <summary>Devices of the run; a batch has at least as many samples.</summary>
    public int Devices { get; set; } = 1;

    /// <summary>Those who learn the other shares, if there are any.</summary>
    public ITrainingHelpers? Helpers { get; set; }

    private TrainingLanes Lanes => _lanes ??= new TrainingLanes(network, parameters, configuration, device, (configuration.BatchSize + Devices - 1) / Devices);

    /// <summary>Makes a batch here and now.</summary>
    public PatchBatch Make(int number)
    {
        _prefetch?.Dispose();
        _prefetch = null;
        return _batches.Make(number);
    }

    /// <summary>The batch that is learned next; of it only this device's share where helpers learn the others.</summary>
    public PatchBatch Take(int number) => Take(number, Helpers is { AreIn: true } ? Share(0) : Range.All);

    /// <summary>Computes losses and gradients of a batch; the parameters' gradients are those of the whole batch.</summary>
    /// <remarks>Without helpers nothing here waits for an accelerator.</remarks>
    /// <returns>In the caller's dispose scope.</returns>
    public LearnedBatch Learn(PatchBatch batch)
    {
        if (Devices == 1)
        {
            return Lanes.Learn(batch, Range.All);
        }

        var shared = batch.Held.Equals(Range.All) ? null : Helpers!.Memory;
        if (shared is not null)
        {
            parameters.CopyTo(shared.Weights);
            Helpers!.Begin(batch.Number);
        }

        List<LearnedBatch> shares = [Lanes.Learn(batch, Share(0))];
        if (shared is not null && !Helpers!.End())
        {
            (batch, shared) = (Make(batch.Number), null);
        }

        var gradients = parameters.TakeGradients();
        for (var place = 1; place < Devices; place++)
        {
            if (shared is not null)
            {
                shares.Add(Learned(batch, shared, place));
                FlatParameters.Add(gradients, Gradients(shared, place));
            }
            else
            {
                shares.Add(Lanes.Learn(batch, Share(place)));
                FlatParameters.Add(gradients, parameters.TakeGradients());
            }
        }

        parameters.SetGradients(gradients);
        return new LearnedBatch(
            cat([.. shares.Select(share => share.Losses)], 0),
            [.. shares.SelectMany(share => share.ModalityShares)],
            shares.Aggregate(TimeSpan.Zero, (sum, share) => sum + share.Forward),
            shares.Aggregate(TimeSpan.Zero, (sum, share) => sum + share.Backward));
    }

    /// <summary>Learns a helper's share of a batch.</summary>
    /// <param name="number">Which batch.</param>
    /// <param name="place">Which device this is, from 1.</param>
    /// <param name="shared">Where the weights are, and the gradients go.</param>
    public void Help(int number, int place, SharedStep shared)
    {
        using var scope = NewDisposeScope();
        parameters.CopyFrom(shared.Weights);
        var learned = Lanes.Learn(Take(number, Share(place)), Share(place));
        FlatParameters.Copy(learned.Losses, shared.Losses(place)[..(int)learned.Losses.numel()]);
        var present = shared.Present(place);
        foreach (var (i, gradient) in parameters.TakeGradients().Index())
        {
            present[i] = gradient is null ? (byte)0 : (byte)1;
            if (gradient is not null)
            {
                FlatParameters.Copy(gradient, FlatParameters.Of(shared.Gradient(place), parameters.Pieces[i]));
            }
        }
    }

    public void Dispose()
    {
        _prefetch?.Dispose();
        _lanes?.Dispose();
    }

    private PatchBatch Take(int number, Range held)
    {
        if (_prefetch is null || _prefetch.Next != number || !_prefetch.Held.Equals(held))
        {
            _prefetch?.Dispose();
            _prefetch = new BatchPrefetch(_batches, number, held);
        }

        return _prefetch.Take();
    }

    private Range Share(int place) => (configuration.BatchSize * place / Devices)..(configuration.BatchSize * (place + 1) / Devices);

    private LearnedBatch Learned(PatchBatch batch, SharedStep shared, int place)
    {
        var modalityShares = Lanes.ModalityShares(batch, Share(place));
        var losses = tensor(shared.Losses(place)[..(4 * modalityShares.Count)].ToArray(), [modalityShares.Count, 4]).On(device);
        return new LearnedBatch(losses, modalityShares, default, default);
    }

    private IEnumerable<Tensor?> Gradients(SharedStep shared, int place)
    {
        for (var i = 0; i < parameters.Pieces.Count; i++)
        {
            var piece = parameters.Pieces[i];
            yield return shared.Present(place)[i] == 0 ? null : FlatParameters.Like(piece, FlatParameters.Of(shared.Gradient(place), piece)).On(device);
        }
    }
}
