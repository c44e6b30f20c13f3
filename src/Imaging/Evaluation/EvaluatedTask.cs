namespace Hermes.Imaging.Evaluation;

/// <summary>One task of an evaluation and the label values that stand for it.</summary>
/// <param name="Task">The task's identity, such as <c>amos/liver</c>.</param>
/// <param name="PredictedValue">Its value in the predicted label map.</param>
/// <param name="ReferenceValue">Its value in the reference label map.</param>
public sealed record EvaluatedTask(string Task, ushort PredictedValue, ushort ReferenceValue);
