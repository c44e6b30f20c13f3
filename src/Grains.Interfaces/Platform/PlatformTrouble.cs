namespace Hermes.Grains.Interfaces.Platform;

/// <summary>Something that is wrong with the platform itself, for whoever looks after it. <c>GET /platform/troubles</c> lists them as JSON.</summary>
/// <param name="Subject">What it is about: <c>storage</c>, <c>worker silo/cpu</c>, <c>run first</c>.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Last">When it was seen last.</param>
/// <param name="Times">How often it was seen.</param>
public sealed record PlatformTrouble(string Subject, string Message, DateTimeOffset Last, int Times);
