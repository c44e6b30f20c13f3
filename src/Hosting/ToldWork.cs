namespace Hermes.Hosting;

/// <summary>A line of a program that tells how far it is, and last what it did.</summary>
/// <param name="Step">How far it is.</param>
/// <param name="Result">What it did.</param>
public sealed record ToldWork<TStep, TResult>(TStep? Step = default, TResult? Result = default);
