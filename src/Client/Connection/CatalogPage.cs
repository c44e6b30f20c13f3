namespace Hermes.Client.Connection;

/// <summary>A part of a list.</summary>
/// <param name="Items">What was asked for of it, in its order.</param>
/// <param name="Count">How many there are in all.</param>
/// <typeparam name="T">What is listed.</typeparam>
public sealed record CatalogPage<T>(IReadOnlyList<T> Items, int Count);
