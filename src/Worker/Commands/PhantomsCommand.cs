using System.CommandLine;
using System.Text.Json;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;
using Hermes.Imaging.Phantoms;

namespace Hermes.Worker.Commands;

/// <summary><c>phantoms</c>: writes the synthetic datasets and says where they are.</summary>
internal static class PhantomsCommand
{
    /// <summary>So that the best checkpoint is chosen by cases that it was not trained on; two of a dataset cost a second.</summary>
    private const int ValidationCases = 2;

    private const int TrainingCases = 24;
    private const int TestCases = 4;

    public static Command Create()
    {
        var directory = new Option<DirectoryInfo>("--out") { Description = "The folder to write to.", Required = true };
        var seed = new Option<long>("--seed") { Description = "The same seed gives the same bytes.", DefaultValueFactory = _ => 0 };
        var kinds = new Option<PhantomKind[]>("--kinds")
        {
            Description = "Which datasets: ct, t1, pet, and gut, a CT of which another group labels stomach and bowel.",
            HelpName = "ct t1 pet gut",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. PhantomDataset.First],
        };
        var further = new Option<bool>("--further") { Description = "Write four more test cases of each dataset and nothing else; they continue those of the same seed." };
        var command = new Command("phantoms", "Writes synthetic datasets with known truth (CT, T1 and PET when nothing else is said) and prints where, as JSON.") { directory, seed, kinds, further };
        command.SetAction(parsed =>
        {
            ParentWatch.Start(parsed.GetValue(ParentWatch.Option));
            var (folder, from) = (parsed.GetRequiredValue(directory).FullName, unchecked((ulong)parsed.GetRequiredValue(seed)));
            var written = parsed.GetValue(further)
                ? PhantomDataset.Write(folder, from, 0, TestCases, 0, parsed.GetValue(kinds), skip: TrainingCases + TestCases + ValidationCases)
                : PhantomDataset.Write(folder, from, TrainingCases, TestCases, ValidationCases, parsed.GetValue(kinds));
            var document = new
            {
                Datasets = written.Select(d => new { d.Name, d.Modality, d.Images, d.Labels, d.LabelNames, d.Split }),
            };
            Console.WriteLine(JsonSerializer.Serialize(document, WorkOrderJson.Options));
            return 0;
        });
        return command.EndingWithParent();
    }
}
