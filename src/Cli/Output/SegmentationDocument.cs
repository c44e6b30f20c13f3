namespace Hermes.Cli.Output;

/// <summary>A segmentation as <c>segment</c> prints it and writes it beside its output. With separate masks there is no output but a file per task.</summary>
internal sealed record SegmentationDocument(
    string Input,
    string? Output,
    string Model,
    string PromptGroup,
    string Modality,
    bool GeometryChecked,
    int Windows,
    double Seconds,
    IReadOnlyList<SegmentationDocument.TaskRow> Tasks,
    IReadOnlyList<string> Warnings)
{
    /// <summary>A task: its value in the label map, its volume, its own mask if asked for.</summary>
    internal sealed record TaskRow(string Task, int Value, double VolumeMl, string? File);
}

/// <summary>What <c>segment</c> prints of several prompt groups; beside each answer lies its own document.</summary>
internal sealed record SegmentationsDocument(IReadOnlyList<SegmentationDocument> Answers);
