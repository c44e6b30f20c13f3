using System.Diagnostics;

namespace Hermes.Architecture.Tests;

/// <summary>Hangs, and its child with it, when <see cref="TestCommandTests"/> asks for it.</summary>
public sealed class HangingTest
{
    /// <summary>Names the file that tells the child's number; without it nothing hangs.</summary>
    public const string Variable = "HERMES_HANGING_TEST";

    [Fact]
    [Trait("Length", "Never")]
    public void It_waits_for_what_never_comes()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file)
        {
            using var child = Process.Start("sleep", ["1000"]);
            File.WriteAllText(file, $"{child.Id}");
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
