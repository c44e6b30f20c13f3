using Hermes.Imaging.Configuration;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>
/// What one prompt group owns beside a frozen trunk (docs/method.md, Branches): priors of its own tasks, of its modality if the trunk has none, and its
/// copies of the two full-resolution decoder stages. A trunk is never changed by a branch, so what it answered without one stays as it is to the bit.
/// </summary>
public sealed class Branch : Module
{
    private readonly Parameter[]? _tasks;
    private readonly Parameter[]? _modalities;

    /// <summary>Creates a branch: stages begin as the trunk's, priors as the generator draws them; the same seed gives the same bits.</summary>
    /// <param name="trunk">What it is laid over; it is not kept.</param>
    /// <param name="vocabulary">Tasks and modalities to hold priors for, none of which the trunk has.</param>
    /// <param name="ownsStages">Whether it owns copies of the decoder stages; otherwise its priors steer the trunk's own.</param>
    /// <param name="generator">A CPU generator.</param>
    /// <exception cref="ArgumentException">The trunk knows a task or modality.</exception>
    public Branch(HermesNetwork trunk, PriorVocabulary vocabulary, bool ownsStages, Generator generator)
        : base(nameof(Branch))
    {
        (Vocabulary, OwnsStages, Architecture) = (vocabulary, ownsStages, trunk.Configuration.Architecture);
        var known = trunk.Priors.Vocabulary;
        var twice = vocabulary.Tasks.FirstOrDefault(known.HasTask) ?? vocabulary.Modalities.FirstOrDefault(known.HasModality);
        if (twice is not null)
        {
            throw new ArgumentException($"The trunk has a prior for '{twice}' already; a branch uses it and has none of its own.", nameof(vocabulary));
        }

        var source = new ParameterSource(generator, trunk.Device, trunk.Stem.dtype);
        (var width, var configuration) = (trunk.Configuration.Widths, trunk.Configuration);
        _tasks = vocabulary.Tasks.IsEmpty ? null : [.. Enumerable.Range(0, PriorPool.Scales).Select(scale => trunk.Priors.TaskRows(scale, vocabulary.Tasks.Length, source))];
        _modalities = vocabulary.Modalities.IsEmpty
            ? null
            : [.. Enumerable.Range(0, PriorPool.Scales).Select(scale => trunk.Priors.ModalityRows(scale, vocabulary.Modalities.Length, source))];
        if (ownsStages)
        {
            Up3 = new ConvolutionStage(width[2] + width[1], width[1], configuration.BlocksPerStage[0], source);
            Up4 = new ConvolutionStage(width[1] + width[0], width[0], 2, source);
            Copy(trunk.Up3, Up3);
            Copy(trunk.Up4, Up4);
        }

        RegisterAll();
    }

    /// <summary>Tasks and modalities that it has priors for.</summary>
    public PriorVocabulary Vocabulary { get; }

    /// <summary>Whether it owns copies of the decoder stages.</summary>
    public bool OwnsStages { get; }

    internal Architecture Architecture { get; }

    internal ConvolutionStage? Up3 { get; }

    internal ConvolutionStage? Up4 { get; }

    internal Parameter? TaskRows(int scale) => _tasks?[scale];

    internal Parameter? ModalityRows(int scale) => _modalities?[scale];

    /// <summary>All parameters under the official names of the tensors that they stand in for, or are rows of.</summary>
    public IReadOnlyList<NetworkParameter> NamedParameters() => [.. OfficialNames.Of(this)];

    /// <summary>Lets the prior of a task of its own begin as that of a task of the trunk.</summary>
    private void BeginAs(HermesNetwork trunk, string task, string like)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        for (var scale = 0; scale < PriorPool.Scales; scale++)
        {
            _tasks![scale].narrow(0, Vocabulary.TaskRow(task), 1).copy_(trunk.Priors.TaskPriors(scale).narrow(0, trunk.Priors.Vocabulary.TaskRow(like), 1));
        }
    }

    /// <summary>
    /// Lets stages and priors of modalities begin as those of another branch of the same trunk, as far as both own them, and the priors of tasks of its own as those
    /// that are named, of the other branch where it has them and of the trunk otherwise.
    /// </summary>
    internal void BeginAs(HermesNetwork trunk, Branch? start, IEnumerable<KeyValuePair<string, string>> priors)
    {
        foreach ((var task, var like) in priors)
        {
            if (start?.Vocabulary.HasTask(like) == true)
            {
                CopyRows(scale => start.TaskRows(scale)!, start.Vocabulary.TaskRow(like), scale => TaskRows(scale)!, Vocabulary.TaskRow(task));
            }
            else
            {
                BeginAs(trunk, task, like);
            }
        }

        foreach (var modality in start is null ? [] : Vocabulary.Modalities.Where(start.Vocabulary.HasModality))
        {
            CopyRows(scale => start!.ModalityRows(scale)!, start!.Vocabulary.ModalityRow(modality), scale => ModalityRows(scale)!, Vocabulary.ModalityRow(modality));
        }

        if (start is { Up3: { } up3, Up4: { } up4 } && OwnsStages)
        {
            Copy(up3, Up3!);
            Copy(up4, Up4!);
        }
    }

    private static void CopyRows(Func<int, Parameter> from, int row, Func<int, Parameter> to, int place)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        for (var scale = 0; scale < PriorPool.Scales; scale++)
        {
            to(scale).narrow(0, place, 1).copy_(from(scale).narrow(0, row, 1));
        }
    }

    private static void Copy(Module from, Module to)
    {
        using var frozen = no_grad();
        foreach ((var source, var copy) in from.parameters().Zip(to.parameters()))
        {
            copy.copy_(source);
        }
    }

    private void RegisterAll()
    {
        for (var scale = 0; scale < PriorPool.Scales; scale++)
        {
            if (_tasks is not null)
            {
                register_parameter($"tasks{scale}", _tasks[scale]);
            }

            if (_modalities is not null)
            {
                register_parameter($"modalities{scale}", _modalities[scale]);
            }
        }

        if (Up3 is not null && Up4 is not null)
        {
            register_module("up3", Up3);
            register_module("up4", Up4);
        }
    }
}
