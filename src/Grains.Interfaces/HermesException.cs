namespace Hermes.Grains.Interfaces;

/// <summary>A refused or failed request, told so that a person can act on it. Crosses grain calls unchanged.</summary>
[GenerateSerializer]
[Alias("hermes.HermesException")]
public sealed class HermesException : Exception
{
    /// <summary>Creates the refusal.</summary>
    /// <param name="message">One sentence: what was wrong, what was found, what was expected.</param>
    /// <param name="file">The user's file concerned, if any.</param>
    /// <param name="hint">What to do about it, if known.</param>
    public HermesException(string message, string? file = null, string? hint = null)
        : base(message)
    {
        File = file;
        Hint = hint;
    }

    /// <summary>An unexplained refusal.</summary>
    public HermesException()
    {
    }

    /// <summary>A refusal with a message only.</summary>
    public HermesException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal caused by another failure.</summary>
    public HermesException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The user's file concerned, as the user named it.</summary>
    [Id(0)]
    public string? File { get; init; }

    /// <summary>What the user can do; no command, which not every reader has.</summary>
    [Id(1)]
    public string? Hint { get; init; }

    /// <summary>What the program that tells it can offer.</summary>
    [Id(2)]
    public Remedy Remedy { get; init; }

    /// <summary>The dataset or run of the <see cref="Remedy"/>, if it is about one.</summary>
    [Id(3)]
    public string? About { get; init; }

    /// <summary>
    /// Whether it is no fault of what was asked: something that it needs is away for a while, and the same succeeds when that is back. It is tried again with
    /// growing pauses, refuses nothing for good and counts against nobody.
    /// </summary>
    [Id(4)]
    public bool IsPassing { get; init; }

    /// <summary>The same refusal with what the program that tells it can offer.</summary>
    public HermesException With(Remedy remedy, string? about = null) => new(Message, File, Hint) { HResult = HResult, IsPassing = IsPassing, Remedy = remedy, About = about };
}
