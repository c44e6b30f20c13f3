namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>The files of a case on this machine.</summary>
/// <param name="CaseId">The case's name.</param>
/// <param name="Image">The image.</param>
/// <param name="Label">The labels, if there are any.</param>
public sealed record FilesOfCase(string CaseId, string Image, string? Label);
