using Hermes.Imaging.Configuration;
using Hermes.Model.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>
/// The context prior pool (docs/method.md, Prior pool): learned tokens for every task and modality the network knows, one table per fusion scale,
/// found by identity. The null prior and the unknown modality are parameters of their own.
/// </summary>
public sealed class PriorPool : Module
{
    private readonly NetworkConfiguration _configuration;
    private readonly PriorTable[] _tasks;
    private readonly PriorTable[] _modalities;

    internal PriorPool(NetworkConfiguration configuration, PriorVocabulary vocabulary)
        : base(nameof(PriorPool))
    {
        _configuration = configuration;
        Vocabulary = vocabulary;
        _tasks = new PriorTable[Scales];
        _modalities = new PriorTable[Scales];
    }

    /// <summary>Number of fusion scales.</summary>
    public const int Scales = 5;

    /// <summary>The tasks and modalities in row order.</summary>
    public PriorVocabulary Vocabulary { get; }

    /// <summary>The task priors of a scale [T + 1, C]: tasks in vocabulary order, rows to spare, then the null prior.</summary>
    public Tensor TaskPriors(int scale) => _tasks[scale].Stacked();

    /// <summary>The modality priors of a scale [M + 1, l, C]: modalities in vocabulary order, rows to spare, then the unknown modality.</summary>
    public Tensor ModalityPriors(int scale) => _modalities[scale].Stacked();

    internal PriorTable TaskTable(int scale) => _tasks[scale];

    internal PriorTable ModalityTable(int scale) => _modalities[scale];

    /// <summary>Draws the first rows of one scale; called scale by scale so that parameters are drawn in the order of the official state dict.</summary>
    internal void Draw(int scale, ParameterSource source)
    {
        _tasks[scale] = new PriorTable("TaskPriors", TaskRows(scale, Vocabulary.NullRow + 1, source));
        _modalities[scale] = new PriorTable("ModalityPriors", ModalityRows(scale, Vocabulary.UnknownRow + 1, source));
        register_module($"tasks{scale}", _tasks[scale]);
        register_module($"modalities{scale}", _modalities[scale]);
    }

    /// <summary>Where the tokens of a prompt stand in the tables; the rows of a branch come after the reserve.</summary>
    /// <exception cref="ArgumentException">A task or modality is unknown.</exception>
    internal PromptRows Locate(Prompt prompt, Branch? branch, Device device)
    {
        var batch = prompt.Samples.Length;
        var tasks = new long[batch * prompt.Width];
        var modalities = new long[batch];
        var visible = new bool[batch * (prompt.Width + _configuration.ModalityTokens)];
        Array.Fill(tasks, Vocabulary.NullRow);
        Array.Fill(visible, true);
        var padded = false;
        for (var sample = 0; sample < batch; sample++)
        {
            var asked = prompt.Samples[sample];
            for (var i = 0; i < asked.Tasks.Length; i++)
            {
                tasks[sample * prompt.Width + i] = TaskRow(asked.Tasks[i], branch);
            }

            modalities[sample] = asked.Modality is { } modality ? ModalityRow(modality, branch) : Vocabulary.UnknownRow;
            for (var i = asked.Tasks.Length + 1; i < prompt.Width; i++)
            {
                visible[sample * (prompt.Width + _configuration.ModalityTokens) + i] = false;
                padded = true;
            }
        }

        var mask = padded && prompt.MaskPadding
            ? tensor(visible, [batch, 1, 1, prompt.Width + _configuration.ModalityTokens]).On(device)
            : null;
        return new PromptRows(tensor(tasks).On(device), tensor(modalities).On(device), mask, batch, prompt.Width);
    }

    /// <summary>The tokens of a prompt at one scale: [B, n + l, C], task tokens first, then the modality's.</summary>
    internal Tensor Select(int scale, PromptRows rows, Branch? branch)
    {
        using var scope = NewDisposeScope();
        // index_select and not advanced indexing: the backward of the latter adds in parallel and is not the same twice.
        var tasks = Stacked(_tasks[scale], branch?.TaskRows(scale)).index_select(0, rows.Tasks).view(rows.Batch, rows.Width, -1);
        var modality = Stacked(_modalities[scale], branch?.ModalityRows(scale)).index_select(0, rows.Modalities);
        return cat([tasks, modality], 1).MoveToOuterDisposeScope();
    }

    /// <summary>First values of task priors [count, C] of a scale.</summary>
    internal Parameter TaskRows(int scale, int count, ParameterSource source)
    {
        var width = _configuration.FusionWidths[scale];
        // A uniform distribution within ±√3 σ has the standard deviation σ.
        var bound = _configuration.TaskPriorDeviation is { } deviation ? Math.Sqrt(3) * deviation : Math.Sqrt(6.0 / (width + Vocabulary.NullRow + 1));
        return source.Uniform(bound, count, width);
    }

    /// <summary>First values of modality priors [count, l, C] of a scale.</summary>
    internal Parameter ModalityRows(int scale, int count, ParameterSource source)
    {
        (var width, var tokens) = (_configuration.FusionWidths[scale], _configuration.ModalityTokens);
        return source.Uniform(Math.Sqrt(6.0 / (width * (tokens + Vocabulary.UnknownRow + 1.0))), count, tokens, width);
    }

    private int TaskRow(string task, Branch? branch) => branch?.Vocabulary.HasTask(task) == true
        ? Vocabulary.NullRow + 1 + branch.Vocabulary.TaskRow(task)
        : Vocabulary.TaskRow(task);

    private int ModalityRow(string modality, Branch? branch) => branch?.Vocabulary.HasModality(modality) == true
        ? Vocabulary.UnknownRow + 1 + branch.Vocabulary.ModalityRow(modality)
        : Vocabulary.ModalityRow(modality);

    private static Tensor Stacked(PriorTable table, Parameter? more) => more is null ? table.Stacked() : table.Stacked(more);
}
