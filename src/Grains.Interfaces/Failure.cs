using System.Text.Json.Serialization;

namespace Hermes.Grains.Interfaces;

/// <summary>Why something ended badly: a sentence, the file or case concerned and what to do.</summary>
/// <param name="Message">One sentence a person can act on.</param>
/// <param name="File">The user's file concerned, if any.</param>
/// <param name="Hint">What to do, if known; no command, which not every reader has.</param>
/// <param name="CaseId">The case concerned, if any.</param>
/// <param name="Remedy">What the program that tells it can offer.</param>
/// <param name="About">The dataset or run of the remedy, if it is about one.</param>
/// <param name="IsPassing">As <see cref="HermesException.IsPassing"/> says.</param>
[GenerateSerializer, Immutable, Alias("hermes.Failure")]
public sealed record Failure(
    [property: Id(0)] string Message,
    [property: Id(1)] string? File = null,
    [property: Id(2)] string? Hint = null,
    [property: Id(3)] string? CaseId = null,
    [property: Id(4)] Remedy Remedy = Remedy.None,
    [property: Id(5)] string? About = null,
    [property: Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsPassing = false)
{
    /// <summary>What an exception told.</summary>
    public static Failure Of(HermesException told)
    {
        ArgumentNullException.ThrowIfNull(told);
        return new Failure(told.Message, told.File, told.Hint, null, told.Remedy, told.About, told.IsPassing);
    }

    /// <summary>The failure as an exception to throw at a caller.</summary>
    public HermesException ToException() => new(Message, File, Hint) { Remedy = Remedy, About = About, IsPassing = IsPassing };
}
