using System.Collections.Immutable;
using Hermes.Imaging.Prompts;

namespace Hermes.Model.Network;

/// <summary>
/// What is asked about a batch of images. Every sample has its own tasks, then exactly one null token; shorter samples are padded on the right.
/// Padding takes no part in attention, so an answer does not depend on what else is in the batch.
/// </summary>
public sealed class Prompt
{
    /// <summary>Creates a prompt for a batch.</summary>
    /// <param name="samples">One entry per image.</param>
    /// <exception cref="ArgumentException">The batch is empty, or a sample lists a task twice.</exception>
    public Prompt(IEnumerable<SamplePrompt> samples)
    {
        Samples = [.. samples];
        if (Samples.IsEmpty)
        {
            throw new ArgumentException("A prompt needs at least one sample.", nameof(samples));
        }

        foreach (var sample in Samples)
        {
            if (sample.Tasks.IsDefault || sample.Tasks.Distinct(StringComparer.Ordinal).Count() != sample.Tasks.Length)
            {
                throw new ArgumentException("A prompt lists a task twice, or no task list at all.", nameof(samples));
            }
        }

        Width = Samples.Max(sample => sample.Tasks.Length) + 1;
    }

    /// <summary>The samples in batch order.</summary>
    public ImmutableArray<SamplePrompt> Samples { get; }

    /// <summary>
    /// Task tokens per sample (n): real tasks, the null token and padding. At least the longest task list plus one; more where a sample is padded as far as others.
    /// </summary>
    public int Width
    {
        get;
        init => field = value > Samples.Max(sample => sample.Tasks.Length)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A prompt must have room for every task and the null token.");
    }

    /// <summary>
    /// Whether padding beyond the null token is hidden from attention (default). The official implementation does not hide it;
    /// switched off to do as it does.
    /// </summary>
    public bool MaskPadding { get; init; } = true;

    /// <summary>The same question about each of <paramref name="batch"/> images.</summary>
    /// <param name="tasks">Task identities in output order.</param>
    /// <param name="modality">The modality, or null if unknown.</param>
    /// <param name="batch">Number of images.</param>
    public static Prompt For(IEnumerable<string> tasks, string? modality, int batch = 1) =>
        new(Enumerable.Repeat(new SamplePrompt([.. tasks], modality), batch));
}
