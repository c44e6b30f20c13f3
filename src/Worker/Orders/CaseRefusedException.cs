using Hermes.Grains.Interfaces;

namespace Hermes.Worker.Orders;

/// <summary>A case cannot be used: one failure for every file of it that is wrong.</summary>
internal sealed class CaseRefusedException(IReadOnlyList<Failure> problems) : Exception(problems[0].Message)
{
    public IReadOnlyList<Failure> Problems { get; } = problems;
}
