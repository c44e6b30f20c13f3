using System.Runtime.CompilerServices;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Grains.Interfaces.Tests.Runs;

public sealed class TrainReportTests
{
    private static readonly string[] Progress =
        [nameof(TrainReport.Phase), nameof(TrainReport.Done), nameof(TrainReport.Total), nameof(TrainReport.Metrics), nameof(TrainReport.LostOverOther)];
    private static readonly string[] Ends = [nameof(TrainReport.Completed), nameof(TrainReport.CompletedBranch), nameof(TrainReport.Failed), nameof(TrainReport.Cancelled)];

    public static TheoryData<string> Members => [.. typeof(TrainReport).GetProperties().Where(p => p.CanWrite).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Members))]
    public void Only_progress_may_be_passed_over_and_every_result_ends_the_order(string member)
    {
        var report = new TrainReport();
        var property = typeof(TrainReport).GetProperty(member)!;
        property.SetValue(report, property.PropertyType switch
        {
            var type when type == typeof(string) => "word",
            var type when type == typeof(bool) => true,
            var type when type == typeof(int) => 1,
            var type when type == typeof(Failure) => new Failure("cause"),
            var type when type.IsInterface => new Dictionary<string, double>(),
            var type => RuntimeHelpers.GetUninitializedObject(type),
        });

        Assert.Equal(Progress.Contains(member), report.IsOnlyProgress);
        Assert.Equal(Ends.Contains(member), report.IsEnd);
        Assert.Equal(Ends.Contains(member), new WorkerMessage { Report = report }.IsEnd);
    }
}
