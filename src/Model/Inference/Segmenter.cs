using System.Collections.Immutable;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;

namespace Hermes.Model.Inference;

/// <summary>Segments volumes with a model package. Not thread-safe; all work stays on one thread.</summary>
/// <param name="model">The model, which the caller keeps.</param>
public sealed class Segmenter(ModelPackage model)
{
    /// <summary>Refuses a question that cannot be answered, before an image is prepared, which takes long.</summary>
    /// <exception cref="ArgumentException">The question does not fit the model.</exception>
    public void Require(Question question)
    {
        ArgumentNullException.ThrowIfNull(question);
        question.Asked.Validate();
        NetworkOf(question).Require(question.Asked.Sample.Tasks, question.Asked.Sample.Modality);
    }

    /// <summary>Answers a question about an image.</summary>
    /// <inheritdoc cref="Segment(Volume{float}, IReadOnlyList{Question}, Action{int, int}, CancellationToken)"/>
    public Segmentation Segment(Volume<float> image, Question question, Action<int, int>? progress = null, CancellationToken cancellationToken = default) =>
        Segment(image, [question], progress, cancellationToken)[0];

    /// <summary>
    /// Answers questions about an image. Those whose prepared image is the same share the stages before the first fusion; every answer has the bits it
    /// has when the question is asked by itself.
    /// </summary>
    /// <param name="image">The image on its own grid.</param>
    /// <param name="questions">What is prompted and wanted.</param>
    /// <param name="progress">Called with windows done and in total.</param>
    /// <param name="cancellationToken">Takes effect between windows.</param>
    /// <returns>The answers, in the order of the questions.</returns>
    /// <exception cref="ArgumentException">A question does not fit the model.</exception>
    public IReadOnlyList<Segmentation> Segment(
        Volume<float> image, IReadOnlyList<Question> questions, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(questions);
        foreach (var question in questions)
        {
            Require(question);
        }

        var answers = new Segmentation[questions.Count];
        var alike = Enumerable.Range(0, questions.Count).GroupBy(n => model.Plan.RuleOf(ModalityOf(questions[n]))).ToList();
        foreach (var (group, index) in alike.Select((g, i) => (g, i)))
        {
            // The image has about as many windows however it is prepared.
            var found = Together(
                image, [.. group.Select(n => questions[n])], (done, total) => progress?.Invoke(index * total + done, alike.Count * total), cancellationToken);
            foreach (var (n, answer) in group.Zip(found))
            {
                answers[n] = answer;
            }
        }

        return answers;
    }

    private static string ModalityOf(Question question) => question.Asked.Sample.Modality ?? ModalityNames.Unknown;

    private PromptedNetwork NetworkOf(Question question) => new(model.Network, question.Branch?.Branch);

    // The answers to questions for which the image is prepared alike.
    private IEnumerable<Segmentation> Together(
        Volume<float> image, ImmutableArray<Question> questions, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var prepared = model.Plan.Prepare(image, ModalityOf(questions[0]));
        NativeRestorer[] restorers =
        [
            .. questions.Select(q => q.Separate
                ? NativeRestorer.ToMasks(prepared.Grid, q.Asked.Wanted.Length)
                : NativeRestorer.ToLabelMap(prepared.Grid, q.Asked.LabelMapValues)),
        ];

        // The channels of all questions lie behind one another.
        var channels = new List<int>();
        var counts = new int[questions.Length];
        var first = 0;
        foreach (var (question, n) in questions.Select((q, n) => (q, n)))
        {
            var tasks = question.Asked.Sample.Tasks.Length;
            int[] its = question.Separate ? [.. question.Asked.Channels] : [.. Enumerable.Range(0, tasks)];
            channels.AddRange(its.Select(channel => first + channel));
            counts[n] = its.Length;
            first += tasks;
        }

        var plane = prepared.Grid.Size.Height * prepared.Grid.Size.Width;
        var windows = SlidingWindow.Of(model.Configuration);
        windows.Run(
            prepared.Voxels, prepared.Grid.Size, channels,
            NetworkWindows.Of(model.Network, [.. questions.Select(q => (q.Asked.Sample, q.Branch?.Branch))]), model.Device, Consume, progress, cancellationToken);
        var count = windows.Positions(prepared.Grid.Size).Count;
        return questions.Zip(restorers, (q, restorer) => new Segmentation(q.Separate ? null : restorer.LabelMap, q.Separate ? restorer.Masks : [], count));

        void Consume(int planes, ReadOnlySpan<float> probabilities)
        {
            foreach (var (restorer, tasks) in restorers.Zip(counts))
            {
                restorer.AddPlanes(planes, probabilities[..(tasks * planes * plane)]);
                probabilities = probabilities[(tasks * planes * plane)..];
            }
        }
    }
}
