using System.CommandLine;
using Hermes.Grains.Interfaces;

namespace Hermes.Cli.Verbs;

/// <summary><c>test</c>: listed here, done by the script <c>hermes</c> before anything is built.</summary>
internal static class TestVerb
{
    public static Command Create() => new VerbCommand(
        "test",
        "Builds everything and runs all tests.",
        "./hermes test",
        "./hermes test --long                                   also those that take minutes",
        "./hermes test --filter FullyQualifiedName~Nifti Model  some of one project")
    {
        new Argument<string[]>("PROJECT") { Description = "Only the tests of these rooms, like Model." },
        new Option<bool>("--long") { Description = "Also run the tests that take minutes." },
        new Option<string>("--filter") { Description = "Only the tests that 'dotnet test --filter' would choose.", HelpName = "EXPRESSION" },
        new Option<bool>("--no-build") { Description = "Test what was built last." },
        new Option<string>("--results") { Description = "Where logs and results go.", HelpName = "FOLDER" },
    }.Does((_, _) => throw new HermesException("The tests are run by the script 'hermes' of a checkout.", hint: "Run './hermes test' in the root of the checkout."));
}
