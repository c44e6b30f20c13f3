namespace Hermes.Grains.Interfaces.Runs;

/// <summary>Which of a run's checkpoints is its best.</summary>
public static class CheckpointHeads
{
    /// <summary>The checkpoint with the best score, the earliest of equals; null when none was scored.</summary>
    public static CheckpointHead? Best(this IEnumerable<CheckpointHead> checkpoints) =>
        checkpoints.Where(c => c.Score is not null).OrderByDescending(c => c.Score).ThenBy(c => c.Step).FirstOrDefault();
}
