namespace Hermes.Grains.Interfaces;

/// <summary>Why something ended badly: a sentence, the file or case concerned and what to do.</summary>
/// <param name="Message">One sentence a person can act on.</param>
/// <param name="File">The user's file concerned, if any.</param>
/// <param name="Hint">What to do, if known.</param>
/// <param name="CaseId">The case concerned, if any.</param>
[GenerateSerializer, Immutable, Alias("hermes.Failure")]
public sealed record Failure(
    [property: Id(0)] string Message,
    [property: Id(1)] string? File = null,
    [property: Id(2)] string? Hint = null,
    [property: Id(3)] string? CaseId = null)
{
    /// <summary>The failure as an exception to throw at a caller.</summary>
    public HermesException ToException() => new(Message, File, Hint);
}
