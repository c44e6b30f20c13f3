using Hermes.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hermes.Grains.Interfaces.Tests.Access;

/// <summary>What the build says of grain interfaces, tried on source text.</summary>
public sealed class DecisionTableTests
{
    [Fact]
    public void A_method_without_a_decision_is_an_error_of_the_build()
    {
        var (errors, _) = Build("public interface IThing : Orleans.IGrainWithStringKey { [Needs(Role.Viewer)] Task LookAsync(); Task TakeAsync(); }");

        var error = Assert.Single(errors);
        Assert.Equal(("HERMES001", DiagnosticSeverity.Error), (error.Id, error.Severity));
        Assert.StartsWith("IThing.TakeAsync does not say which role it needs", error.GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_decision_of_a_method_goes_before_that_of_its_interface()
    {
        var (errors, table) = Build(
            "[Needs(Role.Administrator)] public interface IThing : Orleans.IGrainWithStringKey { Task TakeAsync(); [Needs(Role.Trainer, Reads = true)] Task LookAsync(); }");

        Assert.Empty(errors);
        Assert.Contains("(\"IThing\", \"TakeAsync\")] = new((Role)3, false)", table, StringComparison.Ordinal);
        Assert.Contains("(\"IThing\", \"LookAsync\")] = new((Role)2, true)", table, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interface_that_is_no_actor_needs_no_decision() => Assert.Empty(Build("public interface IThing { void Take(); }").Errors);

    private static (IReadOnlyList<Diagnostic> Errors, string Table) Build(string source)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(f => MetadataReference.CreateFromFile(f));
        var text = CSharpSyntaxTree.ParseText($"using System.Threading.Tasks; using Hermes.Grains.Interfaces.Access; {source}");
        var compilation = CSharpCompilation.Create("Tried", [text], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));

        var result = CSharpGeneratorDriver.Create(new DecisionTable()).RunGenerators(compilation).GetRunResult();
        return (result.Diagnostics, result.GeneratedTrees.Single().ToString());
    }
}
